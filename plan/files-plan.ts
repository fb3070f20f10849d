import type { Catalogue, Service } from "./catalogue.ts";
import { compareText } from "./diagnostics.ts";
import { type Entitlements, type Right, SERVICE, spaceBytes } from "./entitlements.ts";
import { parseAddress } from "./fields/addresses.ts";
import { statusIn } from "./life.ts";
import type { MailboxDraft, MailDraft } from "./mail.ts";
import type { Draft } from "./schema/draft.ts";
import type { TenantFile } from "./schema/tenant.ts";
import type { FilesPlan, FileUserPlan, SharePlan, TenantState, TransferPlan } from "./types.ts";

/** Links end within a month, and what was sent goes with them: a transfer is no archive. */
const TRANSFER_DAYS = 30;
/** Bits of entropy: SFTPGo's own advice for usual cases is 50 to 70 (its SDK, PasswordStrength). */
const PASSWORD_BITS = 50;

/**
 * Share and transfer of a tenant; `null` where the file asks for neither, or where the CDG has no SFTPGo: a
 * person then opens them, as the obligations say.
 */
export function planFiles(
  slug: string,
  draft: Draft<TenantFile>,
  state: TenantState,
  entitlements: Entitlements,
  mail: MailDraft | null,
  { cdg, services }: Catalogue,
): FilesPlan | null {
  const people = (section: "partage" | "transfert") => membersOf(draft[section]?.utilisateurs ?? [], mail);
  const asked = draft.partage !== undefined || draft.transfert !== undefined;
  if (cdg.connections.sftpgo === undefined || !asked) return null;
  const right = (key: string) => entitlements.rights.get(key) ?? null;
  const sharing = people("partage");
  const sending = people("transfert");
  const boxes = [...new Set([...sharing, ...sending])];
  return {
    ...(draft.partage === undefined
      ? {}
      : { share: planShare(slug, right(SERVICE.share), services.get(SERVICE.share)) }),
    ...(draft.transfert === undefined
      ? {}
      : { transfer: planTransfer(slug, right(SERVICE.transfer), services.get(SERVICE.transfer)) }),
    users: boxes
      .map(
        (box): FileUserPlan => ({
          logicalName: box.local,
          login: `${slug}.${box.local}`,
          email: box.address,
          displayName: box.name ?? box.local,
          shares: sharing.has(box),
          transfers: sending.has(box),
          status: statusIn(state),
        }),
      )
      .toSorted((a, b) => compareText(a.login, b.login)),
  };
}

/** Services that a plan declares in a real system, though the catalogue calls them tracked. */
export function automatedBy(files: FilesPlan | null): ReadonlySet<string> {
  return new Set([
    ...(files?.share === undefined ? [] : [SERVICE.share]),
    ...(files?.transfer === undefined ? [] : [SERVICE.transfer]),
  ]);
}

function planShare(slug: string, right: Right | null, service: Service | undefined): SharePlan {
  return {
    name: `${slug}.partage`,
    mountedAt: "/partage",
    quotaBytes: spaceBytes(right, service ?? null),
  };
}

function planTransfer(slug: string, right: Right | null, service: Service | undefined): TransferPlan {
  const added = service?.addsBytes ?? 0;
  const quotaBytes = (right?.totalBytes ?? added) + (right?.fromComplements ?? 0) * added;
  return {
    name: `${slug}.transfert`,
    mountedAt: "/transfert",
    quotaBytes: quotaBytes === 0 ? null : quotaBytes,
    maxFileBytes: right?.quotaBytes ?? service?.quotaBytes ?? null,
    linkDays: TRANSFER_DAYS,
    retentionDays: TRANSFER_DAYS,
    passwordStrength: PASSWORD_BITS,
  };
}

/** Mailboxes that a list of users names; the rules have refused what names none. */
function membersOf(users: readonly (string | undefined)[], mail: MailDraft | null): Set<MailboxDraft> {
  const wanted = new Set(
    users.flatMap((user) => (user === undefined ? [] : (parseAddress(user)?.local ?? []))),
  );
  return new Set(mail?.mailboxes.filter(({ local }) => wanted.has(local)));
}
