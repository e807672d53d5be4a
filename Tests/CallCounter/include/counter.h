// The counts, 64 bits each, in the order of the file that counter.c fills.
enum call_kind {
  // malloc(3) and its kin. Freeing is not counted: it follows.
  call_allocate,
  // System calls on sockets and files, of those that serving needs.
  call_system,
  call_kinds
};
