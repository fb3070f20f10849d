import { durationMilliseconds } from "../attribute-values.ts";
import { type Entry, value, values, withAttributes } from "../entry.ts";
import { authFailed } from "../faults.ts";
import { verifyPassword } from "../passwords.ts";
import { effective, generalizedTime, parseGeneralizedTime, type Services } from "../services.ts";

/**
 * Checks an account's password and keeps the books on it: the time of the last logon, and failures up to the lockout
 * if the account's policy asks for one.
 *
 * @returns the account as it is after the login
 * @throws SoapFault `account.AUTH_FAILED`, naming what the caller sent
 */
export function checkCredentials(account: Entry, password: string, asked: string, services: Services): Entry {
  const hash = value(account, "userPassword");
  if (hash === null || password === "" || !verifyPassword(password, hash)) {
    recordFailure(account, services);
    // The count of failures must outlive the fault, which takes back what its request changed.
    services.directory.commit();
    throw authFailed(asked);
  }
  return recordLogin(account, services);
}

/** Notes that somebody logged in, at most once in `zimbraLastLogonTimestampFrequency` (a week by default). */
export function recordLogin(account: Entry, services: Services): Entry {
  const now = services.now();
  const last = value(account, "zimbraLastLogonTimestamp");
  const fresh = last !== null && now.getTime() - parseGeneralizedTime(last) < durationMilliseconds("7d");
  const failures = values(account, "zimbraPasswordLockoutFailureTime");
  if (fresh && failures.length === 0) return account;
  return services.directory.put(
    withAttributes(account, {
      ...(fresh ? {} : { zimbraLastLogonTimestamp: [generalizedTime(now)] }),
      zimbraPasswordLockoutFailureTime: [],
    }),
  );
}

/** Lifts a lockout whose time is over. */
export function liftLockout(account: Entry, services: Services): Entry {
  const lockedAt = value(account, "zimbraPasswordLockoutLockedTime");
  if (value(account, "zimbraAccountStatus") !== "lockout" || lockedAt === null) return account;
  const duration = durationMilliseconds(
    effective(services.directory, account, "zimbraPasswordLockoutDuration") ?? "1h",
  );
  const over = services.now().getTime() - parseGeneralizedTime(lockedAt) >= duration;
  if (!over || duration === 0) return account;
  return services.directory.put(
    withAttributes(account, {
      zimbraAccountStatus: ["active"],
      zimbraPasswordLockoutLockedTime: [],
      zimbraPasswordLockoutFailureTime: [],
    }),
  );
}

function recordFailure(account: Entry, services: Services): void {
  const read = (name: string) => effective(services.directory, account, name);
  if (read("zimbraPasswordLockoutEnabled") !== "TRUE") return;
  const now = services.now();
  const lifetime = durationMilliseconds(read("zimbraPasswordLockoutFailureLifetime") ?? "1h");
  const recent = values(account, "zimbraPasswordLockoutFailureTime").filter(
    (time) => now.getTime() - parseGeneralizedTime(time) < lifetime,
  );
  const failures = [...recent, generalizedTime(now)];
  const locks = failures.length >= Number(read("zimbraPasswordLockoutMaxFailures") ?? "10");
  services.directory.put(
    withAttributes(account, {
      zimbraPasswordLockoutFailureTime: locks ? [] : failures,
      ...(locks
        ? { zimbraAccountStatus: ["lockout"], zimbraPasswordLockoutLockedTime: [generalizedTime(now)] }
        : {}),
    }),
  );
}
