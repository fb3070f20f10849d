import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { z } from "zod";
import { readFacts } from "../../../scripts/lab/facts.ts";
import { filesPasswordFile } from "../../../scripts/lab/platform.ts";
import { Person, type Places } from "../../providers/cdg/sftpgo/people.ts";
import { testLab } from "../lab.setup.ts";
import { deployPlatform, onTestLab } from "../lab-command.ts";
import { sirenOf } from "../town.ts";

const tokenReply = z.object({ access_token: z.string() });
const password = z.object({ password: z.string() });
const storage = z.object({ storage: z.object({ used: z.number(), limit: z.number() }) });
const usage = z.object({ usage: z.object({ share: storage.optional(), transfer: storage.optional() }) });

/** Collectivités with share and transfer and two people, on the tests' own Swarm. */
export class FilesRig implements AsyncDisposable {
  readonly places: Places;
  /** Folder of its tenant files. */
  readonly tenants: string;

  private constructor(tenants: string, places: Places) {
    this.tenants = tenants;
    this.places = places;
  }

  /** Deploys the platform. */
  static async start(): Promise<FilesRig> {
    const { addresses } = (await readFacts(testLab)) ?? {};
    if (addresses === undefined) throw new Error("the lab is absent");
    setDefaultCACertificates([...getCACertificates("default"), await readFile(testLab.caFile, "utf8")]);
    const places = {
      url: `https://${addresses.node}/`,
      davUrl: `https://${addresses.node}/dav/`,
      sftp: { host: addresses.node, port: 2022 },
    };
    const tenants = await mkdtemp(join(tmpdir(), "files-"));
    await deployPlatform(tenants);
    return new FilesRig(tenants, places);
  }

  /** Writes a file with two mailboxes and these sections. */
  async write(slug: string, sections: string, domain = `${slug}.example`): Promise<void> {
    const text = `collectivite: { nom: Commune de ${slug}, siren: "${sirenOf(slug)}", type: commune, population: 900 }
convention: { forfait: technologie-plus, deliberation: 2026-03-12, effet: 2026-04-01 }
messagerie:
  domaine: ${domain}
  boites: [{ adresse: accueil, nom: Accueil }, { adresse: s.martin, nom: Sophie Martin }]
${sections}`;
    await writeFile(join(this.tenants, `${slug}.yaml`), text);
  }

  bastide(...args: readonly string[]) {
    return onTestLab(this.tenants, args, { timeoutMs: 600_000 });
  }

  /** What a command that has to succeed printed. @throws Error when it does not. */
  async run(...args: readonly string[]): Promise<string> {
    const { exitCode, stdout, stderr } = await this.bastide(...args);
    if (exitCode !== 0) throw new Error(`${args.join(" ")} ended with ${exitCode}: ${stdout}${stderr}`);
    return stdout;
  }

  /** Measured bytes beside their limits. */
  async usage(slug: string): Promise<z.infer<typeof usage>["usage"]> {
    return usage.parse(JSON.parse(await this.run("outputs", slug, "--json"))).usage;
  }

  /** A person who has logged in for the first time and chosen a password. */
  async person(slug: string, local: string): Promise<Person> {
    const login = `${slug}.${local}`;
    const shown = password.parse(JSON.parse(await this.run("password", slug, login, "--json")));
    return await new Person(this.places, login, shown.password).choosePassword(`Vélo-${local}-Garonne-47`);
  }

  /** Whether SFTPGo knows an object, as its administrator sees it; false while it does not answer. */
  async sftpgoHas(path: string): Promise<boolean> {
    try {
      const secret = await readFile(filesPasswordFile(testLab), "utf8");
      const authorization = `Basic ${Buffer.from(`bastide:${secret}`).toString("base64")}`;
      const reply = await fetch(`${this.places.url}api/v2/token`, { headers: { authorization } });
      const { access_token: token } = tokenReply.parse(await reply.json());
      const headers = { authorization: `Bearer ${token}` };
      return (await fetch(`${this.places.url}api/v2/${path}`, { headers })).status === 200;
    } catch {
      return false;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.tenants, { recursive: true });
  }
}
