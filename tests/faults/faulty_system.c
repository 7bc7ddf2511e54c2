// SPDX-License-Identifier: Apache-2.0
// To be preloaded: a system where memory runs out and stays out, and file systems that lack what newer ones have.
//
//   PRICEPOINT_MEMORY_FROM=100      the allocation after a hundred of the program's own fails, and all that follow
//   PRICEPOINT_COUNT_MEMORY=FILE    writes there how many there were, when the program ends
//   PRICEPOINT_NO_NAMELESS=1        no file can be opened without a name
//   PRICEPOINT_RENAME_FAILS=2       the second rename fails, as where something was mounted in the meantime
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

extern void* __libc_malloc(size_t size);
extern void* __libc_calloc(size_t count, size_t size);
extern void* __libc_realloc(void* old, size_t size);
extern void* __libc_memalign(size_t alignment, size_t size);

static atomic_int counts;  // from main on: what the loader takes before is not the program's
static atomic_long taken;
static long fails_from = -1;
static long renames_left = -1;
static int no_nameless;

static int fails(void) {
  if (atomic_load(&counts) == 0) return 0;
  const long before = atomic_fetch_add(&taken, 1);
  if (fails_from < 0 || before < fails_from) return 0;
  errno = ENOMEM;
  return 1;
}

void* malloc(size_t size) { return fails() ? NULL : __libc_malloc(size); }
void* calloc(size_t count, size_t size) { return fails() ? NULL : __libc_calloc(count, size); }
void* realloc(void* old, size_t size) { return fails() ? NULL : __libc_realloc(old, size); }
void* memalign(size_t alignment, size_t size) { return fails() ? NULL : __libc_memalign(alignment, size); }
void* aligned_alloc(size_t alignment, size_t size) { return fails() ? NULL : __libc_memalign(alignment, size); }
int posix_memalign(void** made, size_t alignment, size_t size) {
  if (fails()) return ENOMEM;
  *made = __libc_memalign(alignment, size);
  return *made == NULL ? ENOMEM : 0;
}

typedef int open_function(const char*, int, ...);
typedef int openat_function(int, const char*, int, ...);

static int refuses(int flags) {
  if (!no_nameless || (flags & O_TMPFILE) != O_TMPFILE) return 0;
  errno = EOPNOTSUPP;
  return 1;
}

int open(const char* path, int flags, ...) {
  va_list more;
  va_start(more, flags);
  const mode_t mode = (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(more, mode_t) : 0;
  va_end(more);
  return refuses(flags) ? -1 : openat(AT_FDCWD, path, flags, mode);
}

int openat(int folder, const char* path, int flags, ...) {
  va_list more;
  va_start(more, flags);
  const mode_t mode = (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(more, mode_t) : 0;
  va_end(more);
  if (refuses(flags)) return -1;
  openat_function* next;
  *(void**)&next = dlsym(RTLD_NEXT, "openat");
  return next(folder, path, flags, mode);
}

static int rename_fails(void) {
  if (renames_left < 0 || --renames_left != 0) return 0;
  errno = EBUSY;
  return 1;
}

int renameat(int from, const char* old, int to, const char* name) {
  int (*next)(int, const char*, int, const char*);
  *(void**)&next = dlsym(RTLD_NEXT, "renameat");
  return rename_fails() ? -1 : next(from, old, to, name);
}

int renameat2(int from, const char* old, int to, const char* name, unsigned flags) {
  int (*next)(int, const char*, int, const char*, unsigned);
  *(void**)&next = dlsym(RTLD_NEXT, "renameat2");
  return rename_fails() ? -1 : next(from, old, to, name, flags);
}

static int (*program)(int, char**, char**);
static int counted(int count, char** arguments, char** environment) {
  const char* const memory = getenv("PRICEPOINT_MEMORY_FROM");
  const char* const renames = getenv("PRICEPOINT_RENAME_FAILS");
  if (memory != NULL) fails_from = strtol(memory, NULL, 10);
  if (renames != NULL) renames_left = strtol(renames, NULL, 10);
  no_nameless = getenv("PRICEPOINT_NO_NAMELESS") != NULL;
  atomic_store(&counts, 1);
  const int status = program(count, arguments, environment);
  atomic_store(&counts, 0);
  const char* const file = getenv("PRICEPOINT_COUNT_MEMORY");
  if (file != NULL) {
    FILE* const to = fopen(file, "w");
    if (to != NULL) {
      fprintf(to, "%ld\n", atomic_load(&taken));
      fclose(to);
    }
  }
  return status;
}

int __libc_start_main(int (*main)(int, char**, char**), int count, char** arguments, void (*init)(void),
                      void (*fini)(void), void (*rtld_fini)(void), void* stack_end) {
  int (*next)(int (*)(int, char**, char**), int, char**, void (*)(void), void (*)(void), void (*)(void), void*);
  *(void**)&next = dlsym(RTLD_NEXT, "__libc_start_main");
  program = main;
  return next(counted, count, arguments, init, fini, rtld_fini, stack_end);
}
