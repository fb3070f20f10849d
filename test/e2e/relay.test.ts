import { setTimeout as sleep } from "node:timers/promises";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { labEngine } from "../../scripts/lab/docker.ts";
import { labStatus, type PresentLab } from "../../scripts/lab/index.ts";
import { mailContainer } from "../../scripts/lab/mail-server.ts";
import { testLab } from "./lab.setup.ts";
import { arrives, subjects } from "./mail-lab/clients.ts";
import { type ZimbraAdmin, zimbraAdmin } from "./mail-lab/zimbra-admin.ts";
import { documentOf, RelayRig } from "./relay/rig.ts";

const gtube = "XJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X";
const mairie = "accueil@mairie-a.example";
const voisine = "accueil@mairie-b.example";
const outsider = "quelqu-un@ailleurs.example";

let rig: RelayRig;
let lab: PresentLab;
let admin: ZimbraAdmin;

beforeAll(async () => {
  const status = await labStatus(testLab);
  if (status.state === "absent") throw new Error("the test lab is not up");
  lab = status;
  rig = await RelayRig.start(testLab);
  admin = await zimbraAdmin(lab);
  for (const domain of ["mairie-a.example", "mairie-b.example"]) {
    await admin.createDomain(domain);
    await admin.createAccount(`accueil@${domain}`, "secret-accueil");
  }
  for (const slug of ["mairie-a", "mairie-b"]) {
    expect(await rig.apply(slug, documentOf(slug, rig.nextHop))).toMatchObject({ exitCode: 0, stderr: "" });
  }
});

/** How many messages with such an id the mail server took and left out of a mailbox that had them. */
async function droppedSecondCopies(messageId: string): Promise<number> {
  const env = { DOCKER_HOST: labEngine(testLab).host };
  // Dovecot's words come on standard error.
  const { all } = await execa("docker", ["logs", mailContainer(testLab)], { env, all: true });
  return all.split("\n").filter((line) => line.includes(messageId) && line.includes("discard")).length;
}

afterAll(async () => {
  await admin?.close();
  await rig?.remove();
});

describe("a relay", () => {
  it("hands a clean message on to the mailbox", async () => {
    expect(await rig.offer({ from: outsider, to: mairie, subject: "par le relais" })).toMatch(/^250 2\.0\.0/);
    expect(await arrives(lab, mairie, "secret-accueil", "par le relais")).toBe(true);
  });

  it.each([
    ["GTUBE", { from: outsider, to: mairie, text: gtube }, /^554 5\.7\.1 Gtube pattern$/],
    [
      "an unknown recipient, at RCPT",
      { from: outsider, to: "personne@mairie-a.example" },
      /^550 5\.1\.1 <personne@mairie-a\.example>: Recipient address rejected: User unknown in relay recipient table$/,
    ],
    [
      "a domain that is no tenant's",
      { from: outsider, to: "a@inconnue.example" },
      /^554 5\.7\.1 <a@inconnue\.example>: Relay access denied$/,
    ],
  ])("refuses %s", async (_what, message, answer) => {
    expect(await rig.offer(message)).toMatch(answer);
  });

  it("puts the recipient of a second tenant off, so that each is judged by its own policy", async () => {
    expect(await rig.offer({ from: outsider, to: [mairie, voisine] })).toMatch(
      /^250 .* \| 452 4\.5\.3 .*One collectivity at a time/,
    );
  });

  it("applies a tenant's list within seconds, by envelope and by what the reader sees, to that tenant alone", async () => {
    const started = performance.now();
    const deny = ["@pub.example", "chef@spam.example"];
    expect(await rig.apply("mairie-a", documentOf("mairie-a", rig.nextHop, { deny }))).toMatchObject({
      exitCode: 0,
    });
    expect(performance.now() - started).toBeLessThan(40_000);
    const refused = "554 5.7.1 Sender refused by the recipient's own list";
    expect(await rig.offer({ from: "a@pub.example", to: mairie })).toBe(refused);
    expect(await rig.offer({ from: outsider, shownFrom: "chef@spam.example", to: mairie })).toBe(refused);
    expect(await rig.offer({ from: "a@pub.example", to: voisine })).toMatch(/^250 /);
  });

  it("puts a doubtful stranger off where greylisting is on, and never where it is off", async () => {
    const policy = { rejectScore: 100, markScore: 90, greylistScore: 1 };
    await rig.apply("mairie-b", documentOf("mairie-b", rig.nextHop, { policy }));
    const never = { ...policy, greylistScore: null };
    await rig.apply("mairie-a", documentOf("mairie-a", rig.nextHop, { policy: never }));
    const from = "neuf@ailleurs.example";
    // Neither Message-ID nor Date nor To: what a mail program never sends.
    const doubtful = { from, raw: `From: <${from}>\r\nSubject: x\r\n\r\nBonjour.\r\n` };
    expect(await rig.offer({ ...doubtful, to: voisine })).toBe("451 4.7.1 Try again later");
    expect(await rig.offer({ ...doubtful, to: mairie })).toMatch(/^250 /);
    await rig.apply("mairie-b", documentOf("mairie-b", rig.nextHop));
  });

  it("opens a new address with its document, and closes it again", async () => {
    const recipients = ["accueil@mairie-a.example", "etat-civil@mairie-a.example"];
    await rig.apply("mairie-a", documentOf("mairie-a", rig.nextHop, { recipients }));
    expect(await rig.offer({ from: outsider, to: "etat-civil@mairie-a.example" })).toMatch(/^250 /);
    await rig.apply("mairie-a", documentOf("mairie-a", rig.nextHop));
    expect(await rig.offer({ from: outsider, to: "etat-civil@mairie-a.example" })).toMatch(/^550 5\.1\.1/);
  });

  it("takes nothing unfiltered while rspamd is away, and takes it later", async () => {
    await rig.inside("pkill", "-STOP", "-f", "^rspamd: rspamd_proxy");
    try {
      expect(await rig.offer({ from: outsider, to: mairie })).toMatch(/^4\d\d 4\.7\.1 /);
    } finally {
      await rig.inside("pkill", "-CONT", "-f", "^rspamd: rspamd_proxy");
    }
    expect(await rig.offer({ from: outsider, to: mairie, subject: "plus tard" })).toMatch(/^250 /);
    expect(await arrives(lab, mairie, "secret-accueil", "plus tard")).toBe(true);
  });
});

describe("a document", () => {
  it("that is wrong is refused with all that is wrong, and stops nobody", async () => {
    const wrong = documentOf("mairie-a", rig.nextHop, { version: 2, recipients: ["a@autre.example"] });
    expect(await rig.apply("mairie-a", wrong)).toEqual({
      exitCode: 1,
      stdout: "",
      stderr: [
        "mairie-a: expected version 1, got 2",
        "mairie-a: recipients: 'a@autre.example' is in none of the domains",
      ].join("\n"),
    });
    expect(await rig.offer({ from: outsider, to: mairie })).toMatch(/^250 /);
    expect(await rig.offer({ from: outsider, to: voisine })).toMatch(/^250 /);
  });

  it("cannot take another tenant's domain", async () => {
    const grasping = documentOf("mairie-a", rig.nextHop, {
      domains: ["mairie-a.example", "mairie-b.example"],
    });
    expect(await rig.apply("mairie-a", grasping)).toMatchObject({
      exitCode: 1,
      stderr: "mairie-a: mairie-b.example is a domain of mairie-b",
    });
  });

  it("arrives byte for byte, whatever it says, and is executed by nobody", async () => {
    const local = "l'hay$(id)`x`";
    const recipients = [`${local}@mairie-a.example`, "accueil@mairie-a.example"];
    expect(await rig.apply("mairie-a", documentOf("mairie-a", rig.nextHop, { recipients }))).toMatchObject({
      exitCode: 1,
    });
    expect(await rig.ssh("bastide-relay apply $(id)", "{}")).toMatchObject({
      exitCode: 1,
      stderr: "expected a slug, got '$(id)'",
    });
    expect(await rig.ssh("id")).toMatchObject({ exitCode: 2, stderr: "This key runs bastide-relay only." });
  });

  it("is the same when it is applied twice: nothing changes", async () => {
    const document = documentOf("mairie-a", rig.nextHop);
    const first = await rig.apply("mairie-a", document);
    const stamp = await rig.inside("stat", "-c", "%Y %i", "/var/lib/bastide-relay/maps/settings.map");
    expect(await rig.apply("mairie-a", document)).toEqual(first);
    expect(await rig.inside("stat", "-c", "%Y %i", "/var/lib/bastide-relay/maps/settings.map")).toBe(stamp);
  });

  it("of twelve tenants at the same second is right for each of the twelve", async () => {
    const slugs = Array.from({ length: 12 }, (_, index) => `foule-${index}`);
    const answers = await Promise.all(
      slugs.map(async (slug) => await rig.apply(slug, documentOf(slug, rig.nextHop))),
    );
    expect(answers.map(({ exitCode, stderr }) => [exitCode, stderr])).toEqual(slugs.map(() => [0, ""]));
    for (const slug of slugs) {
      expect(await rig.offer({ from: outsider, to: `personne@${slug}.example` })).toMatch(/^550 5\.1\.1/);
    }
    for (const slug of slugs) await rig.ssh(`bastide-relay remove ${slug}`);
  });

  it("is removed only as long as it is the one that is meant, and nothing is missed when it is gone", async () => {
    const before = (await rig.apply("mairie-c", documentOf("mairie-c", rig.nextHop))).stdout.split(" ")[1];
    const deny = ["@pub.example"];
    await rig.apply("mairie-c", documentOf("mairie-c", rig.nextHop, { deny }));
    expect((await rig.ssh(`bastide-relay remove mairie-c ${before}`)).stdout).toMatch(
      /^mairie-c stays: [0-9a-f]{16} is newer$/,
    );
    expect((await rig.ssh("bastide-relay remove mairie-c")).stdout).toBe("mairie-c removed");
    expect((await rig.ssh("bastide-relay remove mairie-c")).stdout).toBe("mairie-c is not there");
    expect(await rig.offer({ from: outsider, to: "accueil@mairie-c.example" })).toMatch(/^554 5\.7\.1/);
  });

  it("outlives the relay: a container that was killed has it again", async () => {
    await rig.inside("sh", "-c", "kill -KILL $(cat /var/spool/postfix/pid/master.pid)");
    await expect
      .poll(
        async () =>
          await rig
            .offer({ from: outsider, to: mairie, subject: "après" })
            .catch((error: unknown) => String(error)),
        { timeout: 120_000, interval: 1_000 },
      )
      .toMatch(/^250 /);
    expect(await arrives(lab, mairie, "secret-accueil", "après")).toBe(true);
  });
});

describe("a message that comes twice", () => {
  it("is taken twice, and is in each recipient's mailbox once, as in Zimbra's", async () => {
    const message = { from: outsider, subject: "une seule fois", messageId: "<1@ailleurs.example>" };
    const offers = [mairie, mairie, voisine].map((to) => rig.offer({ ...message, to }));
    for (const answer of await Promise.all(offers)) expect(answer).toMatch(/^250 /);
    const times = async (to: string) =>
      (await subjects(lab, to, "secret-accueil")).filter((subject) => subject === message.subject).length;
    await expect.poll(() => droppedSecondCopies(message.messageId)).toBe(1);
    await expect.poll(async () => [await times(mairie), await times(voisine)]).toEqual([1, 1]);
  });
});

describe("a relay that is killed under a load of 200 messages", () => {
  it("loses none that it took; in the mailbox, as in Zimbra's, none comes twice", async () => {
    const underWay = 8;
    const waiting = Array.from({ length: 200 }, (_, index) => `charge ${index + 1}`);
    const all = new Set(waiting);
    const askedAgain = new Set<string>();
    let taken = 0;
    /** As a sending server does: what was not taken is offered again, later, and is the same message. */
    const send = async (subject: string) => {
      const messageId = `<${subject.split(" ")[1]}@charge.example>`;
      for (;;) {
        const answer = await rig.offer({ from: outsider, to: voisine, subject, messageId }).catch(String);
        if (answer.startsWith("250 ")) break;
        askedAgain.add(subject);
        await sleep(500);
      }
      taken += 1;
    };
    const sender = async () => {
      for (let subject = waiting.shift(); subject !== undefined; subject = waiting.shift())
        await send(subject);
    };
    const senders = Array.from({ length: underWay }, sender);
    while (taken < 20) await sleep(20);
    await rig.kill();
    await Promise.all(senders);
    expect(askedAgain.size).toBeGreaterThan(0);
    const received = async () => {
      const mailbox = await subjects(lab, voisine, "secret-accueil");
      return mailbox.filter((subject) => all.has(subject));
    };
    await expect
      .poll(async () => new Set(await received()).size, { timeout: 120_000, interval: 2_000 })
      .toBe(200);
    // What was between two servers at that moment is sent again (RFC 5321, 4.5.4.1): time for all of it to arrive.
    const drained = async () => await rig.inside("postqueue", "-p");
    await expect.poll(drained, { timeout: 60_000, interval: 1_000 }).toBe("Mail queue is empty");
    const dropped = await droppedSecondCopies("@charge.example>");
    console.log(`200 sent, ${askedAgain.size} offered again, ${dropped} second copies dropped`);
    expect((await received()).toSorted()).toEqual([...all].toSorted());
  });
});

describe("bastide-relay trace", () => {
  it("says what became of a message and why", async () => {
    const to = "accueil@mairie-b.example";
    await rig.offer({ from: "trace@ailleurs.example", to, text: gtube });
    const traced = async (): Promise<unknown> => {
      const { stdout } = await rig.ssh("bastide-relay trace trace@ailleurs.example");
      return JSON.parse(stdout.split("\n").at(-1) ?? "");
    };
    // Postfix and rspamd write down what they did after they have answered.
    await expect.poll(traced).toMatchObject({
      from: "trace@ailleurs.example",
      to: [to],
      verdict: { action: "reject", symbols: expect.arrayContaining(["GTUBE"]) },
      fates: [{ recipient: to, status: "refused", answer: "5.7.1 Gtube pattern" }],
    });
  });
});
