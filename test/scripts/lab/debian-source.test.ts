import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { osRelease } from "../../../scripts/lab/images/debian-source.ts";

const debian =
  'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nVERSION_ID="12"\nVERSION_CODENAME=bookworm\nID=debian\n';
const ubuntu =
  'PRETTY_NAME="Ubuntu 22.04.5 LTS"\nVERSION_ID="22.04"\nID=ubuntu\nID_LIKE=debian\nVERSION_CODENAME=jammy\n';

describe("osRelease", () => {
  it.each([
    [debian, { id: "debian", codename: "bookworm", version: "12", name: "Debian GNU/Linux 12 (bookworm)" }],
    [ubuntu, { id: "ubuntu", codename: "jammy", version: "22.04", name: "Ubuntu 22.04.5 LTS" }],
    ["", { id: "", codename: "", version: "", name: "an unknown system" }],
  ])("reads %j", async (text, expected) => {
    const folder = await mkdtemp(join(tmpdir(), "os-release-"));
    await writeFile(join(folder, "os-release"), text);
    expect(await osRelease(join(folder, "os-release"))).toEqual(expected);
    await rm(folder, { recursive: true });
  });

  it("knows nothing where there is no such file", async () => {
    expect((await osRelease("/nowhere/os-release")).name).toBe("an unknown system");
  });
});
