import { z } from "zod";
import type { Environment, Forge } from "./forge.ts";
import { forgeRequests, required } from "./forge-http.ts";

/** Who a workflow's own token writes as; such a token may not ask who it is. */
const workflowBot = "github-actions[bot]";

const comments = z.array(
  z.object({ id: z.number(), body: z.string(), user: z.object({ login: z.string() }) }),
);

/** Comments of a pull request through GitHub's REST API ("issue comments"). */
export function github(environment: Environment): Forge {
  const token = required(environment, "GITHUB_TOKEN", "The workflow must pass github.token in it.");
  const repository = required(environment, "GITHUB_REPOSITORY", "A GitHub workflow sets it.");
  const number = required(
    environment,
    "BASTIDE_PULL_REQUEST",
    "The workflow must pass github.event.pull_request.number in it.",
  );
  const http = forgeRequests("GitHub", environment.GITHUB_API_URL ?? "https://api.github.com", {
    authorization: `Bearer ${token}`,
    "x-github-api-version": "2022-11-28",
  });
  const onePullRequest = `/repos/${repository}/issues/${encodeURIComponent(number)}/comments`;
  const oneComment = (id: number): string => `/repos/${repository}/issues/comments/${id}`;
  return {
    name: "GitHub",
    token,
    link: runPage(environment, repository),
    comments: async () => {
      const author = await http.get("/user", z.object({ login: z.string() })).then(
        (user) => user.login,
        () => workflowBot,
      );
      const list = await http.list(onePullRequest, comments);
      return list.map(({ id, body, user }) => ({ id, body, mine: user.login === author }));
    },
    create: (body) => http.send("POST", onePullRequest, { body }),
    update: (id, body) => http.send("PATCH", oneComment(id), { body }),
    remove: (id) => http.send("DELETE", oneComment(id)),
  };
}

function runPage(environment: Environment, repository: string): string | null {
  const [server, run] = [environment.GITHUB_SERVER_URL, environment.GITHUB_RUN_ID];
  return server && run ? `${server}/${repository}/actions/runs/${run}` : null;
}
