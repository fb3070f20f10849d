import { afterAll } from "vitest";
import { providerLaws } from "./laws.ts";
import { createShelfSystem, SHELF_LAUNCHER } from "./shelf/system.ts";

const system = createShelfSystem();
afterAll(() => system.remove());

providerLaws({
  type: "shelf:books:Book",
  launcher: SHELF_LAUNCHER,
  config: () => ({ value: { folder: system.folder, token: "canary-token-1" }, secrets: [["token"]] }),
  sample: {
    name: "Alpha",
    title: "First",
    labels: ["z", "a"],
    size: 12,
    kind: "essay",
    note: "canary-note-1",
  },
  changed: {
    name: "Alpha",
    title: "Second",
    labels: ["b"],
    size: null,
    kind: "essay",
    note: "canary-note-2",
  },
  secretInputs: ["note"],
  canaries: ["canary-token-1"],
  system,
});
