// What a C program sees of WASI's errors and values; prints "fine", or the line that was wrong.
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define CHECK(condition)                                                             \
  do {                                                                               \
    if (!(condition)) {                                                              \
      printf("line %d: %s (%s)\n", __LINE__, #condition, strerror(errno));           \
      exit(1);                                                                       \
    }                                                                                \
  } while (0)

#define FAILS(call, with) CHECK((call) == -1 && errno == (with))

static void folders(void) {
  char bytes[8];
  int folder = open("dir", O_RDONLY);
  CHECK(folder >= 0);
  FAILS(read(folder, bytes, sizeof bytes), EISDIR);
  FAILS(lseek(folder, 0, SEEK_SET), EBADF);
  CHECK(close(folder) == 0);
  int again = open(".", O_RDONLY | O_DIRECTORY);
  CHECK(again >= 0);
  int file = openat(again, "dir/f", O_WRONLY | O_CREAT | O_APPEND, 0644);
  CHECK(file >= 0 && write(file, "abc", 3) == 3);
  FAILS(read(file, bytes, 1), EBADF);
  CHECK(close(file) == 0 && close(again) == 0);
}

static void times(void) {
  struct timespec set[2] = {{1500000000, 111222333}, {1600000000, 987654321}};
  struct stat status;
  int file = open("dir/f", O_RDWR);
  CHECK(futimens(file, set) == 0 && fstat(file, &status) == 0);
  CHECK(status.st_atim.tv_nsec == 111222333 && status.st_mtim.tv_nsec == 987654321);
  set[0] = (struct timespec){0, UTIME_OMIT};
  CHECK(futimens(file, set) == 0 && fstat(file, &status) == 0);
  CHECK(status.st_atim.tv_nsec == 111222333 && status.st_mtim.tv_nsec == 987654321);
  CHECK(close(file) == 0);
}

static void names(void) {
  FAILS(open("dir/new/", O_CREAT | O_RDWR, 0644), EISDIR);
  FAILS(open("dir/f/", O_RDONLY), ENOTDIR);
  CHECK(mkdir("dir/m/", 0755) == 0 && rmdir("dir/m/") == 0);
  FAILS(open("dir/\xff\xfe", O_CREAT | O_RDWR, 0644), EILSEQ);
  CHECK(open("dir/\xef\xbb\xbf" "f2", O_CREAT | O_RDWR, 0644) >= 0);
  FAILS(unlink("dir/f2"), ENOENT);
  CHECK(unlink("dir/\xef\xbb\xbf" "f2") == 0);
  char text[8];
  CHECK(symlink("f", "dir/s") == 0 && readlink("dir/s", text, sizeof text) == 1);
  FAILS(open("dir/s", O_RDONLY | O_NOFOLLOW), ELOOP);
  CHECK(symlink("../../..", "dir/out") == -1 && access("dir/out", F_OK) == -1);
  CHECK(unlink("dir/s") == 0);
}

static void sockets(void) {
  FAILS(shutdown(99, SHUT_RDWR), EBADF);
  FAILS(shutdown(1, SHUT_RDWR), ENOTSOCK);
}

static void lists(void) {
  int entries = 0;
  DIR *listing = opendir("dir");
  CHECK(listing != NULL);
  while (readdir(listing) != NULL) entries++;
  CHECK(closedir(listing) == 0 && entries == 3);
}

int main(void) {
  CHECK(mkdir("dir", 0755) == 0);
  folders();
  times();
  names();
  sockets();
  lists();
  CHECK(unlink("dir/f") == 0 && rmdir("dir") == 0);
  puts("fine");
  return 0;
}
