/** What is the matter, and what mends it. */
export type Obstacle = readonly [reason: string, mend: string];

export declare function labRefusal(): string | undefined;
export declare function releaseObstacle(osRelease: string): Obstacle | undefined;
