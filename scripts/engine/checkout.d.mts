export declare const checkoutRoot: string;
export declare function node24(root?: string): string;
export declare function cacheRoot(env?: Readonly<Record<string, string | undefined>>): string;
export declare function compileCacheDir(env?: Readonly<Record<string, string | undefined>>): string;
