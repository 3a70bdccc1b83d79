/* Preloaded into the house by shim_test.go: a disk whose fsync fails or is
   slow. A file that the test has mapped, too, says what to do and hears what
   was done. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

struct control {
	_Atomic int64_t which;    /* 1 write-ahead log, 2 database, 0 both: what what follows is about */
	_Atomic int64_t fail;     /* not 0: its syncs fail with EIO */
	_Atomic int64_t delay;    /* microseconds that each of its syncs takes longer */
	_Atomic int64_t failed;   /* when the first one failed, ns since 1970; 0 = none did */
	_Atomic int64_t good;     /* when the last one, of either file, before that returned 0 */
	_Atomic int64_t count;    /* syncs asked for */
};

static struct control *shared(void) {
	static _Atomic(struct control *) known;
	struct control *c = atomic_load(&known);
	const char *path = getenv("SHIM_CONTROL");
	if (c || !path)
		return c;
	int fd = open(path, O_RDWR | O_CLOEXEC);
	if (fd < 0)
		return NULL;
	void *p = mmap(NULL, sizeof(struct control), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	close(fd);
	if (p == MAP_FAILED)
		return NULL;
	atomic_store(&known, p);
	return p;
}

static int64_t now(void) {
	struct timespec t;
	clock_gettime(CLOCK_REALTIME, &t);
	return t.tv_sec * INT64_C(1000000000) + t.tv_nsec;
}

/* about says whether fd is a file that the control is about. */
static int about(int fd, int64_t which) {
	char link[64], name[4096];
	snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
	ssize_t n = readlink(link, name, sizeof name - 1);
	if (n < 0)
		return 0;
	name[n] = 0;
	int wal = n > 4 && strcmp(name + n - 4, "-wal") == 0;
	int db = n > 3 && strcmp(name + n - 3, ".db") == 0;
	return which == 1 ? wal : which == 2 ? db : wal || db;
}

static int sync_by(const char *real, int fd) {
	int (*next)(int) = (int (*)(int))dlsym(RTLD_NEXT, real);
	struct control *c = shared();
	if (!c || !about(fd, 0))
		return next(fd);
	if (about(fd, atomic_load(&c->which))) {
		atomic_fetch_add(&c->count, 1);
		int64_t delay = atomic_load(&c->delay);
		if (delay > 0)
			usleep(delay);
		if (atomic_load(&c->fail) > 0) {
			int64_t none = 0;
			atomic_compare_exchange_strong(&c->failed, &none, now());
			errno = EIO;
			return -1;
		}
	}
	int rc = next(fd);
	if (rc == 0 && atomic_load(&c->failed) == 0)
		atomic_store(&c->good, now());
	return rc;
}

int fsync(int fd) { return sync_by("fsync", fd); }
int fdatasync(int fd) { return sync_by("fdatasync", fd); }
