/**
 * The generated protocol files, as the rest of the kit imports them. They are CommonJS whose exports Node
 * cannot see statically, hence the default imports; loading them costs a sixth of the whole SDK.
 */
export { default as enginePb } from "@pulumi/pulumi/proto/engine_pb.js";
export { default as pluginPb } from "@pulumi/pulumi/proto/plugin_pb.js";
export { default as providerServices } from "@pulumi/pulumi/proto/provider_grpc_pb.js";
export { default as providerPb } from "@pulumi/pulumi/proto/provider_pb.js";
export { default as emptyPb } from "google-protobuf/google/protobuf/empty_pb.js";
export { default as structPb } from "google-protobuf/google/protobuf/struct_pb.js";
