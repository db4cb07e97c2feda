import type { RouterOutputs } from "../../../../trpc/operator-router.ts";

export type SuspensePayment = RouterOutputs["suspense"]["list"]["items"][number];
