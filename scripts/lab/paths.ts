import { createHash } from "node:crypto";
import { join } from "node:path";

/** The checkout that this file belongs to; nothing of a lab depends on the working directory. */
export const checkoutRoot = join(import.meta.dirname, "../..");

/** The lab that `bastide` uses when nothing else is said. */
export const defaultLabName = "demo";

/** Every place of one lab. Data lies below `.bastide/<name>/`, sockets and process ids below `/run`. */
export interface LabPaths {
  readonly name: string;
  /** Ten hex digits of the checkout's path and the lab's name: what host-wide names are made of. */
  readonly id: string;
  /** The checkout. */
  readonly root: string;
  readonly dir: string;
  /** Same schema as `catalogue/cdg.yaml`; the value of `BASTIDE_CDG`. */
  readonly cdgFile: string;
  /** Pulumi's stack configuration; the value of `PULUMI_OPTION_CONFIG_FILE`. */
  readonly stackFile: string;
  readonly stateDir: string;
  /** The value of `PULUMI_BACKEND_URL`. */
  readonly backendUrl: string;
  /** Mode 0600; the value of `PULUMI_CONFIG_PASSPHRASE_FILE`. */
  readonly passphraseFile: string;
  /** What `labUp` decided once: addresses, ports, images. */
  readonly labFile: string;
  /** Mode 0700: passwords and private keys. */
  readonly secretsDir: string;
  /** Certificate of the lab's own authority (PEM). */
  readonly caFile: string;
  /** Data of the Zimbra simulator. */
  readonly zimbraDir: string;
  /** Data of the GravityZone simulator. */
  readonly gravityzoneDir: string;
  /** Maps, maildirs and outgoing mail of Postfix and Dovecot. */
  readonly mailDir: string;
  /** dockerd's data-root; belongs to root. */
  readonly dockerDir: string;
  readonly logsDir: string;
  /** Sockets, process ids, dockerd's exec-root; empty after a reboot. */
  readonly runDir: string;
  readonly dockerSocket: string;
}

/** What else lies in `.bastide/`: a lab of that name would share its folder, and a reset delete it. */
const reservedNames: ReadonlySet<string> = new Set([
  "bench",
  "compile-cache",
  "production",
  "pulumi",
  "soak",
  "test-results",
]);

/**
 * Places of the lab called `name`, without touching any of them.
 *
 * @param name - lower-case letters, digits and inner hyphens, at most 24 characters. @default `demo`
 * @throws Error when the name has another form (it becomes part of paths and container names), or is taken.
 */
export function labPaths(name: string = defaultLabName, root: string = checkoutRoot): LabPaths {
  if (!/^[a-z0-9](?:[a-z0-9-]{0,22}[a-z0-9])?$/.test(name)) {
    throw new Error(
      `Invalid lab name ${JSON.stringify(name)}: lower-case letters, digits and inner hyphens, at most 24.`,
    );
  }
  if (reservedNames.has(name)) {
    throw new Error(`Invalid lab name ${JSON.stringify(name)}: that folder of .bastide/ has another use.`);
  }
  const id = createHash("sha256").update(`${root}\0${name}`).digest("hex").slice(0, 10);
  const dir = join(root, ".bastide", name);
  const runDir = `/run/bastide-${id}`;
  return {
    name,
    id,
    root,
    dir,
    cdgFile: join(dir, "cdg.yaml"),
    stackFile: join(dir, "stack.yaml"),
    stateDir: join(dir, "state"),
    backendUrl: `file://${join(dir, "state")}`,
    passphraseFile: join(dir, "passphrase"),
    labFile: join(dir, "lab.json"),
    secretsDir: join(dir, "secrets"),
    caFile: join(dir, "ca.pem"),
    zimbraDir: join(dir, "zimbra"),
    gravityzoneDir: join(dir, "gravityzone"),
    mailDir: join(dir, "mail"),
    dockerDir: join(dir, "docker"),
    logsDir: join(dir, "logs"),
    runDir,
    dockerSocket: join(runDir, "docker.sock"),
  };
}
