/** Door of the Zimbra simulator: start one, and the interface of the mail servers behind it. */
export type {
  AccountStatus,
  DomainStatus,
  MailAccount,
  MailDomain,
  MailList,
  MailSnapshot,
  MailStore,
} from "./mail-store.ts";
export { type Simulator, type SimulatorOptions, startSimulator } from "./simulator.ts";
