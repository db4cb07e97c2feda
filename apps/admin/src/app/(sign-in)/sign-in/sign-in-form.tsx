"use client";
import { signIn } from "next-auth/react";
import { type FormEvent, useState } from "react";
import { Button } from "../../../components/ui/button.tsx";
import { Field } from "../../../components/ui/field.tsx";
import { Input } from "../../../components/ui/input.tsx";
import { formText } from "../../../form-text.ts";
import { FormAlert } from "../form-alert.tsx";

export function SignInForm() {
  const [says, setSays] = useState<string>();
  const [isBusy, setBusy] = useState(false);
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    setBusy(true);
    const answer = await signIn("password", {
      email: formText(form, "email"),
      password: formText(form, "password"),
      redirect: false,
    }).catch(() => undefined);
    if (answer?.ok === true) return window.location.assign("/sign-in/factor");
    setSays(answer?.error ?? "The console does not answer. Try again in a moment.");
    setBusy(false);
  };
  return (
    <form onSubmit={(event) => void submit(event)} className="flex flex-col gap-4">
      <h1 className="text-lg font-semibold">Sign in</h1>
      <Field label="E-mail">
        {(control) => (
          <Input {...control} name="email" type="email" required autoComplete="username" />
        )}
      </Field>
      <Field label="Password">
        {(control) => (
          <Input
            {...control}
            name="password"
            type="password"
            required
            autoComplete="current-password"
          />
        )}
      </Field>
      <FormAlert says={says} />
      <Button type="submit" look="primary" disabled={isBusy}>
        {isBusy ? "Checking …" : "Continue"}
      </Button>
    </form>
  );
}
