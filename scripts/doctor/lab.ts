import { checkHost, type LabPaths, labStatus, missingHostPackages, type PresentLab } from "../lab/index.ts";
import { type Finding, missing, ok, wrong } from "./finding.ts";

/** What the lab needs of the machine, and its systems. */
export async function labFindings(lab: LabPaths): Promise<readonly Finding[]> {
  const [host, packages, status] = await Promise.all([checkHost(), missingHostPackages(), labStatus(lab)]);
  const mend = `npx bastide lab up${lab.name === "demo" ? "" : ` ${lab.name}`}`;
  const problems = host.problems.map(({ problem, mend }) => wrong("machine for the lab", problem, mend));
  return [
    ...(problems.length > 0 ? problems : [ok("machine for the lab", "root and network namespaces")]),
    packages.length > 0
      ? missing("packages for the lab", packages.join(", "), mend)
      : ok("packages for the lab", "all installed"),
    ...(status.state === "absent"
      ? [missing(`lab ${lab.name}`, "never started", mend)]
      : systems(status, mend)),
  ];
}

function systems(status: PresentLab, mend: string): Finding[] {
  const { docker, zimbra, gravityzone, smtp, submission, imap } = status;
  const all = [
    ["dockerd", docker.up, docker.host],
    ["Zimbra", zimbra.up, zimbra.admin.url],
    ["GravityZone", gravityzone.up, gravityzone.url],
    ["SMTP", smtp.up, smtp.url],
    ["submission", submission.up, submission.url],
    ["IMAP", imap.up, imap.url],
  ] as const;
  return all.map(([name, up, where]) => {
    const title = `lab ${status.lab}: ${name}`;
    return up ? ok(title, `answers at ${where}`) : missing(title, `no answer at ${where}`, mend);
  });
}
