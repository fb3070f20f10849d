import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { execa } from "execa";

/** A git repository in a temporary folder, for tests; gone with `await using`. */
export class TempRepository implements AsyncDisposable {
  readonly root: string;

  private constructor(root: string) {
    this.root = root;
  }

  static async create(files: Readonly<Record<string, string>>): Promise<TempRepository> {
    const repository = new TempRepository(await mkdtemp(join(tmpdir(), "bastide-repository-")));
    await repository.git("init", "--quiet", "--initial-branch=main");
    await repository.commit(files);
    return repository;
  }

  /** Writes files (`null` removes one), commits all of the tree, and returns the commit. */
  async commit(files: Readonly<Record<string, string | null>>): Promise<string> {
    await this.write(files);
    await this.git("add", "--all");
    await this.git("commit", "--quiet", "--allow-empty", "--message=step");
    return await this.git("rev-parse", "HEAD");
  }

  async write(files: Readonly<Record<string, string | null>>): Promise<void> {
    for (const [path, text] of Object.entries(files)) {
      const target = join(this.root, path);
      if (text === null) await rm(target);
      else {
        await mkdir(dirname(target), { recursive: true });
        await writeFile(target, text);
      }
    }
  }

  async git(...args: readonly string[]): Promise<string> {
    const identity = ["-c", "user.name=Test", "-c", "user.email=test@example.org"];
    const quiet = ["-c", "commit.gpgSign=false", "-c", "protocol.file.allow=always"];
    const { stdout } = await execa("git", [...identity, ...quiet, ...args], { cwd: this.root });
    return stdout;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.root, { recursive: true, force: true });
  }
}
