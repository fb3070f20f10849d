import { describe, expect, test } from "vitest";
import { dayInParis, endOfDayInParis } from "../../../../providers/cdg/sftpgo/expiry.ts";
import { newEd25519Pair } from "../../../scripts/stack/ed25519.ts";
import { errorOf } from "../../kit/connection.ts";
import { objectOf, useSftpgo } from "./lab.ts";
import { Person } from "./people.ts";
import { declarePerson, declareShare, declareTransfer, placesOf, TYPES } from "./services.ts";

const session = useSftpgo();

describe("a person", () => {
  test("chooses a password before anything else works", async () => {
    await declareShare(session);
    const made = await session.create(TYPES.user, { name: "nerac.accueil", groups: ["nerac.partage"] });
    const password = String(made.outputs.value.password);
    expect(made.outputs.secrets).toContainEqual(["password"]);
    const first = new Person(placesOf(session), "nerac.accueil", password);
    expect(await first.dav("PROPFIND", "/partage")).toMatchObject({ status: 401 });
    await expect(first.sftpList("/")).rejects.toThrow("All configured authentication methods failed");
    const person = await first.choosePassword("Vélo-Garonne-1789");
    expect(await person.list("/")).toEqual(["partage"]);
    expect(await first.login()).toMatchObject({ status: 401 });
  });

  test("adds an SSH key in the web client; a new quota leaves key and status unchanged (A9)", async () => {
    const share = await declareShare(session);
    const { made, inputs, person } = await declarePerson(session, "s.martin");
    const keys = newEd25519Pair("poste");
    const key = keys.public.trim();
    const profile = JSON.stringify({ public_keys: [key], email: "moi@orange.fr", description: "Sophie" });
    expect(await person.http("PUT", "/user/profile", profile)).toBeNull();
    const before = objectOf(await session.lab.ask("GET", "/users/nerac.s.martin"));

    await session.update(TYPES.group, share.group, { ...share.inputs, quotaBytes: 20 * 2 ** 20 });
    await session.update(TYPES.user, made, { ...inputs, lastDay: "2027-03-28" });

    const after = objectOf(await session.lab.ask("GET", "/users/nerac.s.martin"));
    expect(after).toMatchObject({
      status: 1,
      public_keys: [key],
      email: "moi@orange.fr",
      description: "Sophie",
    });
    expect(after.last_password_change).toBe(before.last_password_change);
    expect(await person.sftp(async () => "in", { privateKey: keys.private })).toBe("in");
    expect(await person.login()).toBeNull();
  });

  test("keeps the second factor that was set up, whatever is deployed", async () => {
    await declareShare(session);
    const { made, inputs, person } = await declarePerson(session, "accueil");
    const secret = await person.totp();
    await session.update(TYPES.user, made, { ...inputs, links: true });
    const { filters } = objectOf(await session.lab.ask("GET", "/users/nerac.accueil"));
    expect(objectOf(filters).totp_config).toMatchObject({ enabled: true });
    expect(secret).not.toBe("");
  });

  test("who is locked is refused everywhere, and in again when unlocked", async () => {
    await declareShare(session);
    const { made, inputs, person } = await declarePerson(session, "accueil");
    await session.update(TYPES.user, made, { ...inputs, status: "locked" });
    expect(await person.login()).toMatchObject({ status: 401 });
    expect(await person.dav("PROPFIND", "/partage")).toMatchObject({ status: 401 });
    await expect(person.sftpList("/")).rejects.toThrow("All configured authentication methods failed");
    await session.update(TYPES.user, made, inputs);
    expect(await person.login()).toBeNull();
  });

  test("who leaves the program is disabled, never deleted, and the same one when it comes back", async () => {
    await declareShare(session);
    const { made, inputs, person } = await declarePerson(session, "accueil");
    await session.provider.remove(TYPES.user, made.id, made.outputs);
    expect(await session.lab.ask("GET", "/users/nerac.accueil")).toMatchObject({
      status: 0,
      additional_info: expect.stringMatching(/^bastide:nerac closed=\d{4}-\d{2}-\d{2}$/),
    });
    expect(await person.login()).toMatchObject({ status: 401 });
    const again = await session.create(TYPES.user, inputs);
    expect(again.outputs.value.password).toBeNull();
    expect(await person.login()).toBeNull();
  });

  test("of another tenant or of nobody is never taken up", async () => {
    const rights = { permissions: { "/": ["list"] } };
    await session.lab.ask("POST", "/users", { username: "nerac.a", ...rights });
    await session.lab.ask("POST", "/users", {
      username: "nerac.b",
      ...rights,
      additional_info: "bastide:mezin",
    });
    expect((await errorOf(session.create(TYPES.user, { name: "nerac.a" }))).details).toBe(
      "take up user nerac.a: it exists and carries no mark of ours. To take it up, write bastide:nerac as a line " +
        "into its additional info in SFTPGo's console; else give it another name. [bastide.NOT_OURS]",
    );
    expect((await errorOf(session.create(TYPES.user, { name: "nerac.b" }))).details).toBe(
      "take up user nerac.b: it belongs to the tenant mezin. [bastide.OTHER_TENANT]",
    );
  });

  test("whose creation lost its answer is one user, with the password that is told", async () => {
    await declareShare(session);
    session.lab.proxy.setFaults([{ operation: "sftpgo:post-users", kind: "close-after-commit" }]);
    const made = await session.create(TYPES.user, { name: "nerac.accueil" });
    const posts = session.lab.proxy.calls.filter(({ operation }) => operation === "sftpgo:post-users");
    expect(posts).toHaveLength(1);
    const first = new Person(placesOf(session), "nerac.accueil", String(made.outputs.value.password));
    await expect(first.choosePassword("Vélo-Garonne-1789")).resolves.toBeInstanceOf(Person);
  });

  test("is refused by SFTPGo in SFTPGo's own words", async () => {
    const error = await errorOf(session.create(TYPES.user, { name: "nerac.accueil", groups: ["absent"] }));
    expect(error.details).toBe("add user nerac.accueil: Not Found (HTTP 404) [sftpgo.404]");
  });

  test("logins are valid in SFTPGo for every slug and local part that a file may hold", async () => {
    const name = `${"a".repeat(40)}.${"b".repeat(60)}.c_d`;
    await expect(session.create(TYPES.user, { name })).resolves.toMatchObject({ id: name });
  });
});

describe("a last day", () => {
  test.for([
    ["2026-03-28", "2026-03-28T22:59:59.999Z"],
    ["2026-03-29", "2026-03-29T21:59:59.999Z"],
    ["2026-10-24", "2026-10-24T21:59:59.999Z"],
    ["2026-10-25", "2026-10-25T22:59:59.999Z"],
    ["2026-12-31", "2026-12-31T22:59:59.999Z"],
  ] as const)("%s ends at %s: midnight in Paris, also when the clocks change", ([day, end]) => {
    expect(new Date(endOfDayInParis(day)).toISOString()).toBe(end);
    expect(dayInParis(endOfDayInParis(day))).toBe(day);
    expect(dayInParis(endOfDayInParis(day) + 1)).not.toBe(day);
  });

  test("that is over shuts the person out; the day itself does not", async () => {
    await declareTransfer(session);
    const today = dayInParis(Date.now());
    const { made, inputs, person } = await declarePerson(session, "accueil", { lastDay: today });
    expect(await person.login()).toBeNull();
    await session.update(TYPES.user, made, { ...inputs, lastDay: dayInParis(Date.now() - 86_400_000) });
    expect(await person.login()).toMatchObject({ status: 401 });
    await session.update(TYPES.user, made, { ...inputs, lastDay: null });
    expect(await person.login()).toBeNull();
  });
});
