/* Runs a command and says on file descriptor 3 how much memory it held at most, in MiB, and how
 * long it took, in ms. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    struct timespec from, to;
    struct rusage usage;
    int how = 0;
    if (argc < 2) {
        fprintf(stderr, "usage: peak COMMAND [ARGUMENT...] 3>FIGURES\n");
        return 2;
    }
    clock_gettime(CLOCK_MONOTONIC, &from);
    const pid_t child = fork();
    if (child == 0) {
        execv(argv[1], argv + 1);
        perror(argv[1]);
        _exit(127);
    }
    if (child < 0 || waitpid(child, &how, 0) != child || getrusage(RUSAGE_CHILDREN, &usage) != 0) {
        perror("peak");
        return 126;
    }
    clock_gettime(CLOCK_MONOTONIC, &to);
    dprintf(3, "%ld %ld\n", usage.ru_maxrss / 1024,
            (to.tv_sec - from.tv_sec) * 1000 + (to.tv_nsec - from.tv_nsec) / 1000000);
    return WIFEXITED(how) ? WEXITSTATUS(how) : 128 + WTERMSIG(how);
}
