/** The process `pulumi-resource-docker [--slots=N] ENGINE_ADDRESS`. */
import { serve } from "../../kit/index.ts";
import { plugin } from "./plugin.ts";

await serve(plugin);
