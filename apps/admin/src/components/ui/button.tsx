import { cva, type VariantProps } from "class-variance-authority";
import type { ComponentProps } from "react";
import { cn } from "../../class-names.ts";

/** For links that look like buttons, too. */
export const buttonLook = cva(
  "inline-flex shrink-0 items-center justify-center gap-1.5 rounded-md font-medium whitespace-nowrap select-none transition-colors disabled:cursor-not-allowed disabled:opacity-55 [&_svg]:size-4 [&_svg]:shrink-0",
  {
    variants: {
      look: {
        primary: "bg-accent text-accent-ink hover:bg-accent/90",
        secondary: "border border-line-strong/60 bg-raised text-ink hover:bg-sunken",
        ghost: "text-ink-soft hover:bg-sunken hover:text-ink",
        danger: "bg-bad text-page hover:bg-bad/90",
      },
      size: {
        md: "h-9 px-3.5 text-sm",
        sm: "h-7 px-2.5 text-xs",
        icon: "size-8",
      },
    },
    defaultVariants: { look: "secondary", size: "md" },
  },
);

export interface ButtonProps extends ComponentProps<"button">, VariantProps<typeof buttonLook> {}

export function Button({ look, size, className, type = "button", ...rest }: ButtonProps) {
  // oxlint-disable-next-line react/button-has-type -- given by default
  return <button type={type} className={cn(buttonLook({ look, size }), className)} {...rest} />;
}
