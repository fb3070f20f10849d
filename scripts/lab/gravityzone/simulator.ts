import { CallLog, type LoggedCall } from "../call-log.ts";
import { type Listening, listen, stopListening } from "../http-server.ts";
import { Journal } from "../journal.ts";
import { controlHandler } from "./control.ts";
import { type Enrolled, enrol, enrolment } from "./enrol.ts";
import { FaultPlan, type FaultRuleInput } from "./faults.ts";
import { apis } from "./handlers/index.ts";
import { instant, type MethodContext } from "./method.ts";
import { RateLimits, type Rates, VENDOR_RATES } from "./rates.ts";
import type { AnyRecord, Company } from "./records.ts";
import { createApiServer } from "./server.ts";
import { newId, Store } from "./store.ts";

export interface SimulatorOptions {
  /** Folder of the records; made if absent, never shared by two simulators. */
  readonly dataDir: string;
  readonly listen: Listening;
  readonly apiKey: string;
  /** The partner that owns the key, and the seats that it bought. */
  readonly company: { readonly name: string; readonly seats: number };
  /** APIs that the key may use; all by default. */
  readonly enabledApis?: readonly string[];
  /** @default the vendor's */
  readonly rates?: Partial<Rates>;
  /** HTTP status that goes with an error object. @default 200 */
  readonly errorStatus?: number;
  readonly now?: () => Date;
  /** One line about something unexpected; never a secret. Silent by default. */
  readonly log?: (line: string) => void;
}

/** A running simulator. */
export interface Simulator {
  /** What the vendor calls the access URL, for example `https://127.0.0.1:8443/api`. */
  readonly url: string;
  /** Root of the control API, for example `https://127.0.0.1:8443/__lab`. */
  readonly controlUrl: string;
  /** Id of the key's owner. */
  readonly companyId: string;
  readonly calls: readonly LoggedCall[];
  clearCalls(): void;
  /** Tells of each call when it is done and before it is answered; null ends that. */
  onCall(listener: ((call: LoggedCall) => void) | null): void;
  setFaults(rules: readonly FaultRuleInput[]): void;
  /** Machines on which the installer behind a link is run; `null` when no package has it. */
  enrol(machines: { link: string; workstations?: number; servers?: number }): Enrolled | null;
  close(): Promise<void>;
}

/**
 * Starts a GravityZone: the public API of its cloud for one partner, over records that survive a kill at any moment.
 *
 * @throws Error when the port is taken or the records are damaged
 */
export async function startSimulator(options: SimulatorOptions): Promise<Simulator> {
  const { journal, entries } = Journal.open<AnyRecord>(options.dataDir, "gravityzone.jsonl");
  const store = new Store(journal, entries);
  const now = options.now ?? (() => new Date());
  seed(store, options.company, now());
  const calls = new CallLog();
  const plan = new FaultPlan();
  const limits = new RateLimits({ ...VENDOR_RATES, ...options.rates });
  const address: { baseUrl: string } = { baseUrl: "" };
  const context: MethodContext = {
    store,
    now,
    get baseUrl() {
      return address.baseUrl;
    },
    enabledApis: options.enabledApis ?? Object.keys(apis),
    keyCreatedAt: store.root.createdAt,
  };
  const { apiKey, errorStatus = 200, log = () => undefined } = options;
  const parts = { context, calls, plan, limits, apiKey, errorStatus, log };
  const server = createApiServer(parts, controlHandler(parts), options.listen.tls);
  address.baseUrl = await listen(server, options.listen);
  let closed = false;
  return {
    url: `${address.baseUrl}/api`,
    controlUrl: `${address.baseUrl}/__lab`,
    companyId: store.root.id,
    get calls() {
      return calls.calls;
    },
    clearCalls: () => calls.clear(),
    onCall: (listener) => {
      calls.listener = listener;
    },
    setFaults: (rules) => plan.set(rules),
    enrol: (machines) => {
      const result = enrol(enrolment.parse(machines), context);
      store.commit();
      return result;
    },
    async close() {
      if (closed) return;
      closed = true;
      await stopListening(server);
      store.close();
    },
  };
}

/** The key's owner with what it bought; a later purchase changes the number, never the id. */
function seed(store: Store, { name, seats }: SimulatorOptions["company"], now: Date): void {
  const [known] = store.all("company", ({ parentId }) => parentId === null);
  const root: Company = known ?? {
    kind: "company",
    id: newId(),
    parentId: null,
    type: 0,
    name,
    address: "",
    phone: "",
    country: "FR",
    state: "N/A",
    industry: 18,
    canBeManagedByAbove: false,
    enforce2FA: true,
    skip2FAPeriod: 0,
    contactPerson: { fullName: "", email: "", phoneNumber: "" },
    customFields: [],
    isSuspended: false,
    createdAt: instant(now),
    groupId: newId(),
    licence: {
      type: 3,
      licenseKey: "",
      reservedSlots: seats,
      endSubscription: "",
      autoRenewPeriod: 0,
      minimumUsage: 0,
      assignedProductType: 0,
      flags: {},
    },
  };
  if (known !== undefined && known.licence.reservedSlots === seats) return;
  store.put({ ...root, licence: { ...root.licence, reservedSlots: seats } });
  store.commit();
}
