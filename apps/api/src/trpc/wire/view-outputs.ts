import { z } from "zod";
import { text } from "./input.ts";

export const viewList = z
  .string()
  .regex(/^[a-z][a-z_]{0,39}$/, { error: "Name a list, as in transactions." });

/** As it stands in the address of the list. */
export const viewFilters = z
  .record(
    z.string().regex(/^[A-Za-z][A-Za-z0-9_]{0,39}$/),
    z.union([text({ min: 0, max: 200 }), z.array(text({ min: 0, max: 200 })).max(50)]),
  )
  .refine((filters) => Object.keys(filters).length <= 40, { error: "Send at most 40 filters." });

export const viewOutput = z.object({
  id: z.string(),
  ownerId: z.string(),
  list: z.string(),
  name: z.string(),
  description: z.string().nullable(),
  isShared: z.boolean(),
  filters: z.record(z.string(), z.union([z.string(), z.array(z.string())])),
  createdAt: z.date(),
  updatedAt: z.date(),
});
