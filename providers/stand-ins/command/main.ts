/** The process `pulumi-resource-command [--slots=N] ENGINE_ADDRESS`. */
import { serve } from "../../kit/index.ts";
import { plugin } from "./plugin.ts";

await serve(plugin);
