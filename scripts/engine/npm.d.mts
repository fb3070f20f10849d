export declare function dependenciesReady(root: string): boolean;
export declare function installDependencies(root: string, say: (line: string) => void): Promise<void>;
