import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { dockerdAnswers, dockerOrNull, labEngine } from "./docker.ts";
import { gravityzonePort, readFacts, relayPorts } from "./facts.ts";
import { hostInterfaceStands } from "./network.ts";
import { oldAddresses, oldPasswordFile } from "./old-provider/mailboxes.ts";
import type { LabPaths } from "./paths.ts";
import { answersOn } from "./ports.ts";
import { relayNames } from "./relays.ts";
import { catalogueCdg, gravityzoneKeyFile, gravityzoneUrl, zimbraAdmin, zimbraUrls } from "./settings.ts";

/** A server that people or programs log in to with an address of their own. */
export interface EndpointStatus {
  readonly up: boolean;
  readonly url: string;
  readonly host: string;
  readonly port: number;
  /** `tls` from the first byte, `starttls` where the client must ask for it, `none` where it may. */
  readonly security: "tls" | "starttls" | "none";
  /** PEM file to trust. */
  readonly caFile: string;
}

/** A lab that was never up has no systems yet. */
export interface AbsentLab {
  readonly lab: string;
  readonly dir: string;
  readonly state: "absent";
}

/** Everything that an outside client can be pointed at. Holds a password: shown to the lab's owner only. */
export interface PresentLab {
  readonly lab: string;
  readonly dir: string;
  /** `partial` when only some systems answer. */
  readonly state: "down" | "partial" | "up";
  readonly docker: { readonly up: boolean; readonly host: string };
  readonly zimbra: {
    readonly up: boolean;
    /** SOAP admin API. */
    readonly admin: {
      readonly url: string;
      readonly user: string;
      readonly password: string;
      readonly caFile: string;
    };
    /** SOAP API of mailbox users; each has a password of its own. */
    readonly user: { readonly url: string; readonly caFile: string };
  };
  /** The antivirus vendor's API: Basic authentication, the key as user name and no password. */
  readonly gravityzone: {
    readonly up: boolean;
    /** Access URL. */
    readonly url: string;
    readonly controlUrl: string;
    readonly apiKey: string;
    readonly caFile: string;
  };
  readonly smtp: EndpointStatus;
  readonly submission: EndpointStatus;
  readonly submissions: EndpointStatus;
  readonly imap: EndpointStatus;
  readonly pop3: EndpointStatus;
  /** Authoritative for the zones of the example tenants, over UDP and TCP. */
  readonly dns: { readonly up: boolean; readonly host: string; readonly port: number };
  /** IMAP of the former provider, with mailboxes that wait to be collected. */
  readonly oldProvider: EndpointStatus & {
    readonly mailboxes: readonly { readonly address: string; readonly passwordFile: string }[];
  };
  /** Inbound filtering: the MX hosts, each with the port of its SSH server. Empty on somebody else's engine. */
  readonly relays: readonly (EndpointStatus & { readonly name: string; readonly sshPort: number })[];
  /** Folder where mail to outside addresses ends, one file a message. */
  readonly outside: string;
}

export type LabStatus = AbsentLab | PresentLab;

/** Looks at a lab without changing it; takes at most a second. */
export async function labStatus(lab: LabPaths): Promise<LabStatus> {
  const facts = await readFacts(lab);
  if (facts === null) return { lab: lab.name, dir: lab.dir, state: "absent" };
  const { addresses, ports } = facts;
  const { caFile } = lab;
  const engine = labEngine(lab);
  // A lab that is down has no interface: its addresses would be looked for beyond this host.
  const reachable = !engine.own || (await hostInterfaceStands(lab, addresses));
  const answers = async (host: string, port: number): Promise<boolean> =>
    reachable && (await answersOn(host, port));
  const endpoint = async (
    scheme: string,
    port: number,
    security: EndpointStatus["security"],
  ): Promise<EndpointStatus> => {
    const host = addresses.node;
    const up = await answers(host, port);
    return { up, url: `${scheme}://${host}:${port}`, host, port, security, caFile };
  };
  const [dockerUp, zimbraUp, gravityzoneUp, dnsUp, smtp, submission, submissions, imap, pop3, old] =
    await Promise.all([
      engine.own ? dockerdAnswers(lab) : dockerOrNull(lab, ["version"]).then((answer) => answer !== null),
      answers(addresses.host, ports.zimbra),
      answers(addresses.host, gravityzonePort(facts)),
      answers(addresses.node, ports.dns),
      endpoint("smtp", ports.smtp, "none"),
      endpoint("smtp", ports.submission, "starttls"),
      endpoint("smtps", ports.submissions, "tls"),
      endpoint("imaps", ports.imaps, "tls"),
      endpoint("pop3s", ports.pop3s, "tls"),
      endpoint("imaps", ports.oldImaps, "tls"),
    ]);
  const relaysAt = relayPorts(facts);
  const relays = await Promise.all(
    relaysAt === null
      ? []
      : relayNames.map(async (name) => {
          const { smtp: port, ssh } = relaysAt[name];
          const mx = await endpoint("smtp", port, "none");
          return { ...mx, up: mx.up && (await answers(addresses.node, ssh)), name, sshPort: ssh };
        }),
  );
  const all = [
    dockerUp,
    zimbraUp,
    gravityzoneUp,
    dnsUp,
    ...[smtp, submission, submissions, imap, pop3, old].map(({ up }) => up),
  ];
  const urls = zimbraUrls(facts);
  const { name, passwordFile } = zimbraAdmin(lab, catalogueCdg(lab));
  const password = await readFile(passwordFile, "utf8").catch(() => "");
  return {
    lab: lab.name,
    dir: lab.dir,
    state: all.includes(true) ? (all.includes(false) ? "partial" : "up") : "down",
    docker: { up: dockerUp, host: engine.host },
    zimbra: {
      up: zimbraUp,
      admin: { url: urls.admin, user: name, password, caFile },
      user: { url: urls.user, caFile },
    },
    gravityzone: {
      up: gravityzoneUp,
      url: gravityzoneUrl(facts),
      controlUrl: `${new URL(gravityzoneUrl(facts)).origin}/__lab`,
      apiKey: await readFile(gravityzoneKeyFile(lab), "utf8").catch(() => ""),
      caFile,
    },
    smtp,
    submission,
    submissions,
    imap,
    pop3,
    oldProvider: {
      ...old,
      mailboxes: oldAddresses.map((address) => ({ address, passwordFile: oldPasswordFile(lab, address) })),
    },
    dns: { up: dnsUp, host: addresses.node, port: ports.dns },
    relays,
    outside: join(lab.mailDir, "outside"),
  };
}
