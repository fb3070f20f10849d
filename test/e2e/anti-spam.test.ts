import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { docker } from "../../scripts/lab/docker.ts";
import { relayContainer } from "../../scripts/lab/relays.ts";
import { testLab } from "./lab.setup.ts";
import { type Offer, offer } from "./relay/offer.ts";
import { town } from "./town.ts";
import { WeeklyLab } from "./weekly-lab.ts";

const gtube = "XJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X";
const outsider = "quelqu-un@ailleurs.example";
const relays = ["mx1", "mx2"] as const;
type Relay = (typeof relays)[number];

/** A town whose file says this of its filtering. */
const filtered = (slug: string, antispam: string) => town(slug, `  antispam: { ${antispam} }\n`);
const quiet = "liste_grise: false";

let a: WeeklyLab;
let b: WeeklyLab;

const patient = { timeout: 60_000, interval: 500 };
const inside = async (relay: Relay, ...command: readonly string[]) =>
  await docker(testLab, ["exec", await relayContainer(testLab, relay), ...command]);

async function through(relay: Relay, message: Offer): Promise<string> {
  const place = a.lab.relays.find(({ name }) => name === relay);
  if (place === undefined) throw new Error(`the lab has no relay ${relay}`);
  return await offer(place, message);
}

/** The answer, or why there was none. */
const attempted = async (relay: Relay, message: Offer) =>
  await through(relay, message).catch((error: unknown) => `no answer: ${String(error)}`);

/** What a relay that runs refuses, whoever has documents there. */
const probe = { from: outsider, to: "a@inconnue.example" };

async function read(town: WeeklyLab, subject: string): Promise<void> {
  await expect.poll(() => town.inbox("accueil"), patient).toContain(subject);
}

async function stopped(relay: Relay, work: () => Promise<void>): Promise<void> {
  const scale = async (tasks: 0 | 1) =>
    await docker(testLab, ["service", "scale", "--detach", `${relay}=${tasks}`]);
  await scale(0);
  try {
    await expect.poll(() => attempted(relay, probe), patient).toMatch(/ECONNREFUSED/);
    await work();
  } finally {
    await scale(1);
    await expect.poll(() => attempted(relay, probe), { ...patient, timeout: 120_000 }).toMatch(/^554/);
  }
}

beforeAll(async () => {
  [a, b] = [await WeeklyLab.start("tri-a"), await WeeklyLab.start("tri-b")];
  await Promise.all([a.up(filtered("tri-a", quiet)), b.up(filtered("tri-b", quiet))]);
  for (const town of [a, b]) await town.firstLogin("accueil");
});

afterAll(async () => {
  await a?.[Symbol.asyncDispose]();
  await b?.[Symbol.asyncDispose]();
});

describe("inbound filtering, from a tenant's file to its mailbox", () => {
  it("lets a clean message through MX1, and through MX2 with MX1 stopped", async () => {
    const to = a.address("accueil");
    expect(await through("mx1", { from: outsider, to, subject: "par mx1" })).toMatch(/^250 2\.0\.0/);
    await read(a, "par mx1");
    await stopped("mx1", async () => {
      await expect(through("mx1", { from: outsider, to })).rejects.toThrow(/ECONNREFUSED/);
      expect(await through("mx2", { from: outsider, to, subject: "par mx2" })).toMatch(/^250 2\.0\.0/);
      await read(a, "par mx2");
    });
  });

  it("knows every address of the file: mailboxes, aliases, lists, postmaster", async () => {
    for (const local of ["maire", "m.le.maire", "elus", "postmaster"]) {
      expect(await through("mx1", { from: outsider, to: a.address(local) })).toMatch(/^250 /);
    }
  });

  it.each(
    relays.flatMap(
      (relay) =>
        [
          [
            relay,
            "GTUBE",
            "tri-a",
            { to: "accueil@tri-a.example", text: gtube },
            /^554 5\.7\.1 Gtube pattern$/,
          ],
          [
            relay,
            "an unknown recipient, at RCPT",
            "tri-a",
            { to: "personne@tri-a.example" },
            /^550 5\.1\.1 <personne@tri-a\.example>: Recipient address rejected: User unknown/,
          ],
          [
            relay,
            "a domain that is no tenant's",
            "tri-a",
            { to: "a@inconnue.example" },
            /^554 5\.7\.1 <a@inconnue\.example>: Relay access denied$/,
          ],
        ] as const,
    ),
  )("%s refuses %s", async (relay, _what, _slug, message, answer) => {
    expect(await through(relay, { from: outsider, ...message })).toMatch(answer);
  });

  it("asks nothing of the relays for a preview without changes", async () => {
    const containers = await Promise.all(relays.map((relay) => relayContainer(testLab, relay)));
    await docker(testLab, ["pause", ...containers]);
    try {
      const { exitCode, stdout } = await a.bastide("preview", "tri-a", "--exit-code");
      expect([exitCode, stdout]).toEqual([0, "tri-a: rien à changer"]);
    } finally {
      await docker(testLab, ["unpause", ...containers]);
    }
  });

  it("acts on a denied sender within 40 s of the file, on both relays, and for that tenant alone", async () => {
    const file = filtered("tri-a", `${quiet}, bloques: ["@pub.example"]`);
    await a.write(file);
    expect((await a.preview()).join("\n")).toContain(
      "~ fiche antispam du relais mx1 sera modifiée : bloqués +@pub.example",
    );
    const started = performance.now();
    await a.up(file);
    for (const relay of relays) {
      expect(await through(relay, { from: "a@pub.example", to: a.address("accueil") })).toBe(
        "554 5.7.1 Sender refused by the recipient's own list",
      );
    }
    expect(performance.now() - started).toBeLessThan(40_000);
    expect(await through("mx1", { from: "a@pub.example", to: b.address("accueil") })).toMatch(/^250 /);
  });

  it("puts a doubtful stranger off where greylisting is on, and never where it is off", async () => {
    await b.up(filtered("tri-b", "seuil: strict"));
    const from = "neuf@ailleurs.example";
    // Neither Message-ID nor Date nor To: what a mail program never sends.
    const raw = `From: <${from}>\r\nSubject: x\r\n\r\nBonjour.\r\n`;
    expect(await through("mx1", { from, raw, to: b.address("accueil") })).toBe("451 4.7.1 Try again later");
    expect(await through("mx1", { from, raw, to: a.address("accueil") })).toMatch(/^250 /);
  });

  it("takes nothing unfiltered while rspamd is killed, and takes it once it is back", async () => {
    await inside("mx1", "pkill", "-KILL", "-x", "rspamd");
    const spam = { from: outsider, to: a.address("accueil"), text: gtube };
    const answers: string[] = [];
    await expect
      .poll(
        async () => {
          answers.push(await attempted("mx1", spam));
          return answers.at(-1);
        },
        { timeout: 120_000, interval: 200 },
      )
      .toBe("554 5.7.1 Gtube pattern");
    expect(answers.length).toBeGreaterThan(1);
    for (const answer of answers.slice(0, -1)) expect(answer).toMatch(/^(?:4\d\d |no answer: )/);
    expect(await through("mx1", { from: outsider, to: a.address("accueil"), subject: "plus tard" })).toMatch(
      /^250 /,
    );
    await read(a, "plus tard");
  });

  it("keeps documents and mail on its way on its node, whatever becomes of its container", async () => {
    await inside("mx1", "postconf", "-e", "defer_transports = smtp, relay");
    await inside("mx1", "postfix", "reload");
    const to = a.address("accueil");
    expect(await through("mx1", { from: outsider, to, subject: "en chemin" })).toMatch(/^250 2\.0\.0/);
    await expect.poll(() => inside("mx1", "postqueue", "-p"), patient).toContain("deferred transport");
    await docker(testLab, ["rm", "--force", await relayContainer(testLab, "mx1")]);
    await expect.poll(() => attempted("mx1", probe), { ...patient, timeout: 120_000 }).toMatch(/^554/);
    await inside("mx1", "postqueue", "-f");
    await read(a, "en chemin");
    expect(await through("mx1", { from: outsider, to, subject: "après" })).toMatch(/^250 2\.0\.0/);
    await read(a, "après");
  });

  it("tells over all relays what became of a message and why", async () => {
    const address = "trace@ailleurs.example";
    await through("mx2", { from: address, to: a.address("accueil"), text: gtube });
    const trace = async () => await a.bastide("mail", "trace", address);
    // Postfix and rspamd write down what they did after they have answered.
    await expect.poll(async () => (await trace()).stdout, patient).toMatch(/refused: .*rspamd: reject/s);
    const { exitCode, stdout } = await trace();
    expect(exitCode).toBe(0);
    expect(stdout).toContain(`mx1: nothing from or to ${address}`);
    expect(stdout).toMatch(/^mx2: .* trace@ailleurs\.example → accueil@tri-a\.example/m);
    expect(stdout).toContain("✗ accueil@tri-a.example: refused: 5.7.1 Gtube pattern");
    expect(stdout).toMatch(/rspamd: reject, .*GTUBE/);
  });

  it("is looked at by doctor: SSH with the pinned key, and SMTP", async () => {
    const { stdout } = await a.bastide("doctor", "--json");
    for (const relay of relays) {
      expect(stdout).toMatch(new RegExp(`relay ${relay}: SSH",\\s+"state": "ok"`));
      expect(stdout).toMatch(new RegExp(`relay ${relay}: SMTP",\\s+"state": "ok"`));
    }
  });

  it("of a relay that is down fails alone: the rest is applied, exit 3 names it, the next run finishes", async () => {
    const file = filtered("tri-a", quiet).replace(
      "  listes:",
      "    - { adresse: etat-civil, nom: État civil }\n  listes:",
    );
    const to = a.address("etat-civil");
    await stopped("mx2", async () => {
      await a.write(file);
      const { exitCode, stdout, stderr } = await a.bastide("up", "tri-a", "--yes");
      expect(exitCode).toBe(3);
      expect(stdout + stderr).toContain("tri-a: up: Command mx2:");
      expect(stdout).toContain(`+ boîte ${to} créée`);
      expect(await through("mx1", { from: outsider, to })).toMatch(/^250 /);
    });
    expect(await through("mx2", { from: outsider, to })).toMatch(/^550 5\.1\.1/);
    expect(await a.up(file)).toContain("~ fiche antispam du relais mx2 modifiée : adresses +etat-civil@");
    expect(await through("mx2", { from: outsider, to })).toMatch(/^250 /);
  });

  it("goes with the service: the document is removed from both relays, the other tenant's stays", async () => {
    const file = filtered("tri-b", quiet);
    const without = file.slice(0, file.indexOf("messagerie:"));
    const said = await b.up(without);
    for (const relay of relays) {
      expect(said).toContain(`- fiche antispam du relais ${relay} retirée`);
      const documents = (await inside(relay, "bastide-relay", "show"))
        .split("\n")
        .map((line) => line.split(" ")[0]);
      expect(documents).toContain("tri-a");
      expect(documents).not.toContain("tri-b");
      expect(await through(relay, { from: outsider, to: b.address("accueil") })).toMatch(/^554 5\.7\.1/);
    }
    expect(await through("mx1", { from: outsider, to: a.address("accueil") })).toMatch(/^250 /);
  });
});
