/**
 * Leaves the core: the body is at fault, or larger than the core's scratch space. The JavaScript side looks at it again and says
 * what is wrong, in words and with the offset; so this needs to say nothing.
 */
export function refuse(): void {
  unreachable();
}
