import type { Path } from "./diagnostics.ts";
import { parseAddress } from "./fields/addresses.ts";
import type { MailDraft, Placed } from "./mail.ts";
import type { Draft } from "./schema/draft.ts";
import type { TenantFile } from "./schema/tenant.ts";
import type { MailboxPlan } from "./types.ts";

/** What the file says of a person who left; what is absent or was refused is `null`. */
export interface DepartureDraft {
  /** Of the key `depart`. */
  readonly path: Path;
  /** ISO day. */
  readonly lastDay: string | null;
  readonly forwardTo: Placed | null;
  readonly reply: string | null;
}

type BoxSection = NonNullable<NonNullable<NonNullable<Draft<TenantFile>["messagerie"]>["boites"]>[number]>;

/** @param path - of the mailbox. */
export function resolveDeparture({ depart }: BoxSection, path: Path, domain: string): DepartureDraft | null {
  if (depart === undefined) return null;
  const at = [...path, "depart"];
  const target = depart.transfert === undefined ? null : parseAddress(depart.transfert);
  const forwardTo =
    target === null
      ? null
      : {
          path: [...at, "transfert"],
          local: target.local,
          address: `${target.local}@${target.domain ?? domain}`,
        };
  return { path: at, lastDay: depart.jusqua ?? null, forwardTo, reply: depart.reponse ?? null };
}

/** Only for a mailbox whose person left: other plans have no such key. */
export function planDeparture(
  departure: DepartureDraft | null,
  current: (address: string) => string,
): Pick<MailboxPlan, "departure"> {
  if (departure === null || departure.lastDay === null) return {};
  const { lastDay, forwardTo, reply } = departure;
  const until = endOfDayInParis(lastDay);
  return {
    departure: {
      lastDay,
      forwardTo: forwardTo === null ? null : current(forwardTo.address),
      reply: reply === null ? null : { text: reply.replaceAll("\r\n", "\n").trim(), until },
    },
  };
}

/** Former addresses of renamed mailboxes (`avant`) → the present ones: Zimbra's lists follow a renaming too. */
export function currentAddresses(mail: MailDraft): (address: string) => string {
  const renamed = new Map(
    mail.mailboxes.flatMap(({ address, former }) => (former === null ? [] : [[former.address, address]])),
  );
  return (address) => renamed.get(address) ?? address;
}

const parisClock = new Intl.DateTimeFormat("en-GB", {
  timeZone: "Europe/Paris",
  hour: "2-digit",
  hourCycle: "h23",
});

/** Last second of a day in Paris as an ISO instant: `2027-03-31` → `2027-03-31T21:59:59Z`. */
export function endOfDayInParis(day: string): string {
  const utc = (hour: number) => `${day}T${hour}:59:59Z`;
  // Paris is one or two hours ahead of UTC, never anything else since 1976.
  return utc(Number(parisClock.format(new Date(utc(22)))) === 23 ? 22 : 21);
}
