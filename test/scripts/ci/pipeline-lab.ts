import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";

const checkout = join(import.meta.dirname, "../../..");

/** What a script of a pipeline did. */
export interface ScriptResult {
  readonly exitCode: number | undefined;
  readonly output: string;
  /** Command lines of `npm`, and of the `bastide` subcommands that only record themselves here. */
  readonly calls: readonly string[];
}

/**
 * A repository on a server, and a clone of it as a runner makes it, with the program of this checkout.
 *
 * `npm ci` has nothing to do here, `bastide setup` and `bastide up` would need an engine: stand-ins on the
 * PATH record them. Everything else of a script runs as it stands.
 */
export class PipelineLab implements AsyncDisposable {
  readonly folder: string;
  readonly server: string;
  readonly clone: string;

  private constructor(folder: string) {
    this.folder = folder;
    this.server = join(folder, "server");
    this.clone = join(folder, "clone");
  }

  static async create(): Promise<PipelineLab> {
    const lab = new PipelineLab(await mkdtemp(join(tmpdir(), "bastide-pipeline-")));
    await mkdir(lab.server);
    for (const path of ["catalogue", "plan", "scripts", "tenants", "package.json", ".gitignore"])
      await cp(join(checkout, path), join(lab.server, path), { recursive: true });
    await lab.git(lab.server, "init", "--quiet", "--initial-branch=main");
    await lab.commit({});
    await lab.#writeStandIns();
    return lab;
  }

  /** Commits files to the branch that is checked out on the server (`null` removes one). */
  async commit(files: Readonly<Record<string, string | null>>): Promise<string> {
    for (const [path, text] of Object.entries(files)) {
      if (text === null) await rm(join(this.server, path));
      else await writeFile(join(this.server, path), text);
    }
    await this.git(this.server, "add", "--all");
    await this.git(this.server, "commit", "--quiet", "--allow-empty", "--message=step");
    return await this.git(this.server, "rev-parse", "HEAD");
  }

  /** A pull request, as the server offers it: a commit below `reference` that no branch needs to have. */
  async pullRequest(reference: string, files: Readonly<Record<string, string | null>>): Promise<string> {
    await this.git(this.server, "switch", "--quiet", "--create", "pull-request");
    const head = await this.commit(files);
    await this.git(this.server, "switch", "--quiet", "main");
    await this.git(this.server, "update-ref", reference, head);
    await this.git(this.server, "branch", "--quiet", "-D", "pull-request");
    return head;
  }

  /** What the checkout step does: a clone at one commit, whole or shallow. */
  async checkOut(commit: string, { depth }: { depth?: number } = {}): Promise<void> {
    await rm(this.clone, { recursive: true, force: true });
    const shallow = depth === undefined ? [] : [`--depth=${depth}`];
    await this.git(this.folder, "clone", "--quiet", ...shallow, `file://${this.server}`, this.clone);
    await this.git(this.clone, "fetch", "--quiet", ...shallow, "origin", commit);
    await this.git(this.clone, "checkout", "--quiet", "--detach", commit);
    await symlink(join(checkout, "node_modules"), join(this.clone, "node_modules"));
  }

  /** Runs scripts one after the other in the clone, as the runners do: bash, ending at the first failure. */
  async run(
    scripts: readonly string[],
    environment: Readonly<Record<string, string>>,
  ): Promise<ScriptResult> {
    const calls = join(this.folder, "calls");
    await writeFile(calls, "");
    let output = "";
    let exitCode: number | undefined = 0;
    for (const script of scripts) {
      const result = await execa("bash", ["-eo", "pipefail", "-c", script], {
        cwd: this.clone,
        env: {
          PATH: `${join(this.folder, "bin")}:${process.env.PATH}`,
          HOME: this.folder,
          GIT_CONFIG_GLOBAL: "/dev/null",
          PIPELINE_CALLS: calls,
          ...environment,
        },
        extendEnv: false,
        reject: false,
        all: true,
        stdin: "ignore",
      });
      output += result.all;
      exitCode = result.exitCode;
      if (exitCode !== 0) break;
    }
    const lines = await readFile(calls, "utf8");
    return { exitCode, output, calls: lines.split("\n").filter((line) => line !== "") };
  }

  async git(folder: string, ...args: readonly string[]): Promise<string> {
    const identity = ["-c", "user.name=Test", "-c", "user.email=test@example.org"];
    const { stdout } = await execa("git", [...identity, ...args], { cwd: folder });
    return stdout;
  }

  async #writeStandIns(): Promise<void> {
    const bin = join(this.folder, "bin");
    await mkdir(bin);
    const record = 'printf "%s\\n" "$(basename "$0") $*" >> "$PIPELINE_CALLS"';
    await writeFile(join(bin, "npm"), `#!/bin/bash\n${record}\n`, { mode: 0o755 });
    const npx = [
      "#!/bin/bash",
      'test "$1" = bastide || exit 64',
      `case "$2" in setup|up) ${record}; exit ;; esac`,
      `exec ${process.execPath} scripts/bastide.ts "\${@:2}"`,
    ];
    await writeFile(join(bin, "npx"), `${npx.join("\n")}\n`, { mode: 0o755 });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}
