import Link from "next/link";
import { buttonLook } from "../components/ui/button.tsx";

export default function NotFound() {
  return (
    <main className="flex min-h-dvh flex-col items-center justify-center gap-3 p-6 text-center">
      <h1 className="text-xl font-semibold">There is nothing here</h1>
      <p className="max-w-prose text-sm text-ink-soft">
        The address is not one of the console’s, or what it named is gone.
      </p>
      <Link href="/" className={buttonLook({ look: "primary" })}>
        To the start
      </Link>
    </main>
  );
}
