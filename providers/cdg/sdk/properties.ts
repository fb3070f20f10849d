import type * as pulumi from "@pulumi/pulumi";

/** A program may give plain values or outputs of other resources. */
export type ArgsOf<Inputs> = { readonly [Name in keyof Inputs]: pulumi.Input<Inputs[Name]> };
export type OutputsOf<Outputs> = { readonly [Name in keyof Outputs]: pulumi.Output<Outputs[Name]> };
/** Names of all outputs: each has to be there before the engine answers. */
export type Names<Outputs> = { readonly [Name in keyof Outputs]: undefined };
