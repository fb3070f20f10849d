import type { Answer } from "dns-packet";
import { describe, expect, it } from "vitest";
import { Authority } from "../../../scripts/dns/authority.ts";
import { checkDns, worst } from "../../../scripts/dns/check.ts";
import { Resolver } from "../../../scripts/dns/resolver.ts";
import { type Script, type ScriptedReply, type ScriptedServer, startServer } from "./scripted-server.ts";

const [parentHost, firstHost, secondHost] = ["127.0.53.1", "127.0.53.2", "127.0.53.3"];

const mx = (exchange: string): Answer => ({
  type: "MX",
  name: "mairie.fr",
  ttl: 60,
  data: { preference: 10, exchange },
});
const text = (name: string, data: string): Answer => ({
  ...{ type: "TXT", name, ttl: 60 },
  data: data.match(/.{1,255}/g) ?? [],
});
const alias = (name: string, data: string): Answer => ({ type: "CNAME", name, ttl: 60, data });
const ns = (data: string): Answer => ({ type: "NS", name: "mairie.fr", ttl: 60, data });
const a = (name: string, data: string): Answer => ({ type: "A", name, ttl: 60, data });

const delegation: ScriptedReply = {
  authorities: [ns("ns1.mairie.fr"), ns("ns2.mairie.fr")],
  additionals: [a("ns1.mairie.fr", firstHost), a("ns2.mairie.fr", secondHost)],
  authoritative: false,
};

/** Serves `fr`: sends on to the servers of mairie.fr, knows of nothing else. */
const parent: Script = (question) => {
  if (question.endsWith("mairie.fr")) return delegation;
  if (question === "NS fr") return { answers: [{ type: "NS", name: "fr", ttl: 60, data: "ns.fr" }] };
  if (question === "A ns.fr") return { answers: [a("ns.fr", parentHost)] };
  return { rcode: 3 };
};

async function servers(first: Script, second: Script, above: Script = parent) {
  const stack = new AsyncDisposableStack();
  const top = stack.use(await startServer(parentHost, 0, above));
  const one = stack.use(await startServer(firstHost, top.port, first));
  const two = stack.use(await startServer(secondHost, top.port, second));
  return { top, one, two, [Symbol.asyncDispose]: async () => await stack.disposeAsync() };
}

function authorityFrom({ host, port }: ScriptedServer): Authority {
  return new Authority(new Resolver({ host, port }));
}

const right: Script = (question) => (question === "MX mairie.fr" ? { answers: [mx("mx1.cdg.example")] } : {});

describe("Authority", () => {
  it("asks each server of the zone, past the resolver", async () => {
    await using all = await servers(right, (question) =>
      question === "MX mairie.fr" ? { answers: [mx("MX2.cdg.example")] } : {},
    );
    expect(await authorityFrom(all.top).published("mairie.fr", "MX")).toEqual({
      name: "mairie.fr",
      type: "MX",
      zone: "mairie.fr",
      alias: null,
      servers: [
        { server: `ns1.mairie.fr (${firstHost})`, values: ["10 mx1.cdg.example."], reason: null },
        { server: `ns2.mairie.fr (${secondHost})`, values: ["10 mx2.cdg.example."], reason: null },
      ],
    });
  });

  it.each<[string, Script, string]>([
    ["refuses", () => ({ rcode: 5, authoritative: false }), "répond REFUSED"],
    ["fails", () => ({ rcode: 2, authoritative: false }), "répond SERVFAIL"],
    [
      "has only heard of it",
      () => ({ answers: [mx("old.example")], authoritative: false }),
      "ne fait pas autorité",
    ],
    [
      "sends back up",
      () => ({ authorities: [{ ...ns("a.root"), name: "fr" }], authoritative: false }),
      "ne fait pas autorité",
    ],
    ["is silent", () => null, "pas de réponse dans le délai"],
  ])("believes no server that %s", async (_what, script, reason) => {
    await using all = await servers(right, script);
    const { servers: answers } = await authorityFrom(all.top).published("mairie.fr", "MX");
    expect(answers.map((it) => [it.values, it.reason])).toEqual([
      [["10 mx1.cdg.example."], null],
      [null, reason],
    ]);
  });

  it("comes again over TCP when an answer was cut", async () => {
    const long = `v=DKIM1; p=${"A".repeat(1800)}`;
    const script: Script = () => ({ answers: [text("k.mairie.fr", long)], truncated: true });
    await using all = await servers(script, right);
    const { servers: answers } = await authorityFrom(all.top).published("k.mairie.fr", "TXT");
    expect(answers[0]?.values).toEqual([long]);
    expect(all.one.asked.slice(-2)).toEqual(["udp TXT k.mairie.fr", "tcp TXT k.mairie.fr"]);
  });

  it("asks nobody about a name that cannot exist", async () => {
    await using all = await servers(right, right);
    const long = `${"x".repeat(64)}.mairie.fr`;
    await expect(authorityFrom(all.top).published(long, "TXT")).resolves.toMatchObject({
      servers: [{ values: null, reason: `« ${long} » n’est pas un nom` }, { values: null }],
    });
  });

  it("follows an alias to where it ends", async () => {
    const script: Script = (question) => {
      if (question.startsWith("TXT k.")) return { answers: [alias("k.mairie.fr", "key.mairie.fr")] };
      return question === "TXT key.mairie.fr" ? { answers: [text("key.mairie.fr", "v=DKIM1; p=x")] } : {};
    };
    await using all = await servers(script, script);
    const found = await authorityFrom(all.top).published("k.mairie.fr", "TXT");
    expect(found.alias).toBe("key.mairie.fr");
    expect(found.servers.map(({ values }) => values)).toEqual([["v=DKIM1; p=x"], ["v=DKIM1; p=x"]]);
  });

  it("gives up on aliases that go in circles", async () => {
    const script: Script = (question) =>
      question.startsWith("TXT") ? { answers: [alias(question.slice(4), `x${question.slice(4)}`)] } : {};
    await using all = await servers(script, script);
    const { servers: answers } = await authorityFrom(all.top).published("mairie.fr", "TXT");
    expect(answers[0]?.values).toBeNull();
  });

  it("finds the servers of a domain that the resolver still believes to be absent", async () => {
    let asked = 0;
    const stale: Script = (question) => {
      if (question === "NS mairie.fr") return { rcode: 3 };
      if (question === "MX mairie.fr") asked++;
      return parent(question);
    };
    await using all = await servers(right, right, stale);
    const { zone, servers: answers } = await authorityFrom(all.top).published("mairie.fr", "MX");
    expect([zone, answers.length]).toEqual(["mairie.fr", 2]);
    // An answer that comes late is asked for again.
    expect(asked).toBeGreaterThan(0);
  });
});

describe("checkDns", () => {
  const cdg = { domain: "cdg.fr", contact: "numerique@cdg.fr" };
  const domain = { name: "mairie.fr", origin: "owned" } as const;

  it("tells when servers publish different things", async () => {
    await using all = await servers(right, () => ({}));
    const findings = await checkDns({ domain, cdg, selector: "cdg", resolver: all.top });
    const found = findings.find(({ kind }) => kind === "mx");
    expect(found?.status).toBe("wrong");
    expect(found?.problems[0]).toBe(
      `les serveurs ne publient pas la même chose : ns1.mairie.fr (${firstHost}) « 10 mx1.cdg.example. » ; ns2.mairie.fr (${secondHost}) rien`,
    );
  });

  it("knows nothing when all servers of a zone are silent", async () => {
    await using all = await servers(
      () => ({ rcode: 5 }),
      () => ({ rcode: 2 }),
    );
    const findings = await checkDns({ domain, cdg, selector: "cdg", resolver: all.top });
    const own = findings.filter(({ publisher }) => publisher === "collectivite");
    expect(own.map(({ kind, status }) => [kind, status])).toEqual([
      ["mx", "unknown"],
      ["spf", "unknown"],
      ["dkim", "unknown"],
      ["dmarc", "unknown"],
    ]);
  });

  it("fails when the resolver is silent", async () => {
    const resolver = { host: "127.0.53.9", port: 1 };
    await expect(checkDns({ domain, cdg, selector: "cdg", resolver })).rejects.toThrow(
      "The resolver 127.0.53.9, port 1, does not answer (connexion refusée).",
    );
  });
});

describe("worst", () => {
  it("takes silence for worse than anything that is known", () => {
    expect(worst(["ok", "missing", "unknown", "wrong"])).toBe("unknown");
    expect(worst(["ok", "missing", "wrong"])).toBe("wrong");
    expect(worst(["ok", "missing"])).toBe("missing");
    expect(worst([])).toBe("ok");
  });
});
