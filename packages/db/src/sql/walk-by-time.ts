/** A place in a walk by time and sequence, to the microsecond; the empty one is before everything from `from` on. */
export function placeOf(place: string, from: Date): [string, string] {
  const [at, sequence] = place.split("|");
  return sequence === undefined ? [from.toISOString(), "-1"] : [String(at), sequence];
}
