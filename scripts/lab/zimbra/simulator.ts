import { CallLog, type LoggedCall } from "../call-log.ts";
import { type Listening, listen, stopListening } from "../http-server.ts";
import { Journal } from "../journal.ts";
import { splitAddress } from "./address.ts";
import { Collector, type CollectorOptions } from "./collector.ts";
import { controlHandler } from "./control.ts";
import { Directory } from "./directory.ts";
import { Engine } from "./engine.ts";
import type { Entry } from "./entry.ts";
import { FaultPlan, type FaultRuleInput } from "./faults-plan.ts";
import { operations } from "./handlers/index.ts";
import { Limits } from "./limits.ts";
import type { MailStore } from "./mail-store.ts";
import { MailSync } from "./mail-sync.ts";
import { seedDirectory } from "./seed.ts";
import { createSoapServer } from "./server.ts";
import type { Services } from "./services.ts";
import { Sessions } from "./sessions.ts";
import { Tokens } from "./tokens.ts";

export interface SimulatorOptions {
  /** Folder of the directory and the token key; made if absent, never shared by two simulators. */
  readonly dataDir: string;
  readonly listen: Listening;
  /** The global administrator, an address; the password is set anew if the directory has another. */
  readonly admin: { readonly name: string; readonly password: string };
  /** The mail servers behind; without them mailboxes are empty and nobody is told of changes. */
  readonly mailStore?: MailStore;
  /** How data sources are collected from; never by default. */
  readonly collect?: CollectorOptions;
  /** Name of the mailbox server; `mail.<administrator's domain>` by default. */
  readonly serverName?: string;
  /** Whether loopback is free of the request and login limits, as in Zimbra; true by default. */
  readonly exemptLoopback?: boolean;
  readonly now?: () => Date;
  /** One line about something unexpected; never a secret. Silent by default. */
  readonly log?: (line: string) => void;
}

/** A running simulator. */
export interface Simulator {
  /** The admin service, for example `https://127.0.0.1:7071/service/admin/soap/`. */
  readonly url: string;
  /** The users' service on the same port. */
  readonly userUrl: string;
  /** Root of the control API, for example `https://127.0.0.1:7071/__lab`. */
  readonly controlUrl: string;
  readonly calls: readonly LoggedCall[];
  clearCalls(): void;
  /** Tells of each call when it is done and before it is answered; null ends that. */
  onCall(listener: ((call: LoggedCall) => void) | null): void;
  setFaults(rules: readonly FaultRuleInput[]): void;
  /** Milliseconds that new tokens live; null is Zimbra's own 12 hours or 2 days. */
  setTokenLifetime(milliseconds: number | null): void;
  /** Ends open connections and closes the directory. Safe to call twice. */
  close(): Promise<void>;
}

/**
 * Starts a Zimbra: its admin SOAP API and user login over a directory that survives a kill at any moment.
 *
 * @throws Error when the port is taken or the directory's file is damaged
 */
export async function startSimulator(options: SimulatorOptions): Promise<Simulator> {
  const { journal, entries } = Journal.open<Entry>(options.dataDir, "directory.jsonl");
  const serverName = options.serverName ?? `mail.${splitAddress(options.admin.name).domain}`;
  const services: Services = {
    directory: new Directory(journal, entries.values()),
    tokens: new Tokens(options.dataDir),
    sessions: new Sessions(),
    mailStore: options.mailStore ?? null,
    now: options.now ?? (() => new Date()),
    serverName,
    urls: {
      user: `http://${serverName}:7070/service/soap/`,
      admin: `https://${serverName}:7071/service/admin/soap/`,
      webmail: `http://${serverName}:7070`,
    },
    tokenLifetime: null,
    log: options.log ?? (() => undefined),
  };
  seedDirectory(services, options.admin);
  const mail = options.mailStore ? new MailSync(services.directory, options.mailStore, services.log) : null;
  await mail?.sync();
  const collector = options.collect && new Collector(services, options.dataDir, options.collect);
  collector?.start();
  const calls = new CallLog();
  const plan = new FaultPlan();
  const engine = new Engine(operations, services, async () => mail?.sync());
  const limits = new Limits(services, options.exemptLoopback ?? true);
  const control = controlHandler({ services, calls, plan, limits });
  const server = createSoapServer({ engine, services, plan, calls, limits }, control, options.listen.tls);
  const base = await listen(server, options.listen);
  let closed = false;
  return {
    url: `${base}/service/admin/soap/`,
    userUrl: `${base}/service/soap/`,
    controlUrl: `${base}/__lab`,
    get calls() {
      return calls.calls;
    },
    clearCalls: () => calls.clear(),
    onCall: (listener) => {
      calls.listener = listener;
    },
    setFaults: (rules) => plan.set(rules),
    setTokenLifetime: (milliseconds) => {
      services.tokenLifetime = milliseconds;
    },
    async close() {
      if (closed) return;
      closed = true;
      await collector?.stop();
      await stopListening(server);
      journal.close();
    },
  };
}
