import { type ReactNode, useId } from "react";

interface ControlProps {
  id: string;
  "aria-describedby": string | undefined;
  "aria-invalid": boolean;
}

/** A control with its name, what it is for, and what is wrong with it. */
export function Field({
  label,
  hint,
  error,
  children,
}: {
  label: string;
  hint?: ReactNode;
  error?: string | undefined;
  children: (control: ControlProps) => ReactNode;
}) {
  const id = useId();
  const says = error !== undefined || hint !== undefined ? `${id}-says` : undefined;
  return (
    <div className="flex flex-col gap-1.5">
      <label htmlFor={id} className="text-sm font-medium">
        {label}
      </label>
      {children({ id, "aria-describedby": says, "aria-invalid": error !== undefined })}
      {says !== undefined && (
        <p id={says} className={error === undefined ? "text-xs text-ink-soft" : "text-xs text-bad"}>
          {error ?? hint}
        </p>
      )}
    </div>
  );
}
