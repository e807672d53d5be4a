#pragma once
// libevent's own configuration defines _GNU_SOURCE, which Swift's Glibc module is built without; fd_set would
// then have two definitions. Whoever includes a libc header first decides, so we do.
#include <sys/select.h>
#include <event2/event.h>
