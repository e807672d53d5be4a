#pragma once
#include <stddef.h>

// A file that was embedded into the binary at build time. The bytes live as long as the process.
struct picbed_asset {
  const char *name;
  const unsigned char *bytes;
  size_t size;
};

// The Lua scripts of lua/ and what they include, each by its path below that folder without ".lua".
extern const size_t picbed_script_count;

// The script at `index`, which must be below the count. A function, since Swift does not import an
// array of unknown length.
const struct picbed_asset *picbed_script_at(size_t index);

// The web client's files by their names in Sources/WebUI/client/, index.html among them.
extern const size_t picbed_client_file_count;
const struct picbed_asset *picbed_client_file_at(size_t index);
