import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Files that take longest: begun last, one of them would end alone on one of the two labs. */
const longest = ["campaigns.test.ts", "setup.test.ts"];

/** The usual order, by a file's size where nothing is known of its time, after the files known to be long. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isLongest = ({ moduleId }: TestSpecification) =>
      longest.some((name) => moduleId.endsWith(`/${name}`));
    const usual = await super.sort(files);
    return [...usual.filter(isLongest), ...usual.filter((file) => !isLongest(file))];
  }
}
