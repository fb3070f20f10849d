import { z } from "zod";
import type { Environment, Forge } from "./forge.ts";
import { forgeRequests, required } from "./forge-http.ts";

const notes = z.array(
  z.object({ id: z.number(), body: z.string(), system: z.boolean(), author: z.object({ id: z.number() }) }),
);

/** Comments ("notes") of a merge request through GitLab's REST API. A job's own token may not write them. */
export function gitlab(environment: Environment): Forge {
  const token = required(
    environment,
    "BASTIDE_COMMENT_TOKEN",
    "Make a project access token (role Reporter, scope api) and set it as a masked variable.",
  );
  const api = required(environment, "CI_API_V4_URL", "A GitLab job sets it.");
  const project = required(environment, "CI_PROJECT_ID", "A GitLab job sets it.");
  const request =
    environment.CI_MERGE_REQUEST_IID ??
    required(environment, "BASTIDE_PULL_REQUEST", "The merge request's pipeline hands its number on in it.");
  const http = forgeRequests("GitLab", api, { "private-token": token });
  const all = `/projects/${encodeURIComponent(project)}/merge_requests/${encodeURIComponent(request)}/notes`;
  return {
    name: "GitLab",
    token,
    link: environment.CI_JOB_URL ?? null,
    comments: async () => {
      const { id: author } = await http.get("/user", z.object({ id: z.number() }));
      const list = await http.list(all, notes);
      return list
        .filter((note) => !note.system)
        .map(({ id, body, author: { id: writer } }) => ({ id, body, mine: writer === author }));
    },
    create: (body) => http.send("POST", all, { body }),
    update: (id, body) => http.send("PUT", `${all}/${id}`, { body }),
    remove: (id) => http.send("DELETE", `${all}/${id}`),
  };
}
