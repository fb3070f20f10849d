import { describe, expect, it } from "vitest";
import { commentMarker } from "../../../scripts/ci/comment.ts";
import { forgeOf, publish } from "../../../scripts/ci/forge.ts";
import { FakeForge, type Note } from "./fake-forge.ts";

const environments = {
  GitHub: (url: string) => ({
    GITHUB_ACTIONS: "true",
    GITHUB_TOKEN: "token-of-a-person",
    GITHUB_API_URL: url,
    GITHUB_REPOSITORY: "cdg47/bastide",
    BASTIDE_PULL_REQUEST: "12",
    GITHUB_SERVER_URL: "https://forge.example",
    GITHUB_RUN_ID: "77",
  }),
  GitLab: (url: string) => ({
    GITLAB_CI: "true",
    BASTIDE_COMMENT_TOKEN: "token-of-a-person",
    CI_API_V4_URL: url,
    CI_PROJECT_ID: "3",
    CI_MERGE_REQUEST_IID: "12",
    CI_JOB_URL: "https://forge.example/jobs/1",
  }),
};

const note = (id: number, body: string, author = "us"): Note => ({ id, body, author });
const old = `${commentMarker}\nold`;
const fresh = `${commentMarker}\nnew`;

describe.each(["GitHub", "GitLab"] as const)("publish on %s", (name) => {
  it("creates the comment where there is none", async () => {
    await using server = await FakeForge.start([note(1, "Looks good.", "someone")]);
    expect(await publish(forgeOf(environments[name](server.url)), fresh)).toBe("created");
    expect(server.notes.map(({ body }) => body)).toEqual(["Looks good.", fresh]);
  });

  it("updates it in place, behind any number of other comments, and removes copies", async () => {
    const talk = Array.from({ length: 250 }, (_, index) => note(index + 1, "talk", "someone"));
    await using server = await FakeForge.start([...talk, note(500, old), note(501, old)]);
    expect(await publish(forgeOf(environments[name](server.url)), fresh)).toBe("updated");
    expect(server.notes.slice(250)).toEqual([note(500, fresh)]);
  });

  it("leaves alone what another account wrote, marker or not, and what only quotes the marker", async () => {
    const others = [note(1, old, "someone"), note(2, `> ${commentMarker}`)];
    await using server = await FakeForge.start(others);
    expect(await publish(forgeOf(environments[name](server.url)), fresh)).toBe("created");
    expect(server.notes.slice(0, 2)).toEqual(others);
  });

  it("tries again after a failure without writing twice", async () => {
    await using server = await FakeForge.start();
    server.failures = name === "GitHub" ? [200, 502] : [502, 429];
    await publish(forgeOf(environments[name](server.url)), fresh, 1);
    expect(server.notes).toHaveLength(1);
  });

  it("gives up after three tries, naming the request and not the token", async () => {
    await using server = await FakeForge.start();
    server.failures = Array.from({ length: 20 }, () => 503);
    const error = await publish(forgeOf(environments[name](server.url)), fresh, 1).catch((thrown) => thrown);
    expect(error.message).toMatch(new RegExp(`^${name}: GET /.*: HTTP 503$`));
    expect(error.message).not.toContain("token-of-a-person");
  });
});

describe("forgeOf", () => {
  it("knows a GitHub workflow's own account, which may not ask who it is", async () => {
    await using server = await FakeForge.start([note(1, old, "github-actions[bot]")]);
    const environment = { ...environments.GitHub(server.url), GITHUB_TOKEN: "workflow-token" };
    expect(await publish(forgeOf(environment), fresh)).toBe("updated");
  });

  it.each([
    ["GitHub", "https://forge.example/cdg47/bastide/actions/runs/77"],
    ["GitLab", "https://forge.example/jobs/1"],
  ] as const)("links to the pipeline on %s", (name, link) => {
    expect(forgeOf(environments[name]("http://127.0.0.1:9")).link).toBe(link);
  });

  it.each([
    [{}, "there is no pull request to comment on here"],
    [{ GITHUB_ACTIONS: "true" }, "the variable GITHUB_TOKEN is not set"],
    [{ GITLAB_CI: "true" }, "the variable BASTIDE_COMMENT_TOKEN is not set"],
  ])("refuses %o", (environment, message) => {
    expect(() => forgeOf(environment)).toThrow(message);
  });
});
