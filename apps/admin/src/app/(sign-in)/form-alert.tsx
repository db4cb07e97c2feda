/** What went wrong with a form, said at once by screen readers. */
export function FormAlert({ says }: { says: string | undefined }) {
  return (
    <div role="alert" className="text-sm text-bad empty:hidden">
      {says}
    </div>
  );
}
