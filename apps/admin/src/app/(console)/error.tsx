"use client";
import { LoadError } from "../../components/states.tsx";

/** A page that could not be made. Next.js gives a digest under which the log has it. */
export default function PageError({
  error,
  reset,
}: {
  error: Error & { digest?: string };
  reset: () => void;
}) {
  return <LoadError error={error} onRetry={reset} />;
}
