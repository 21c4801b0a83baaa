/* allreduce.c MEGABYTES: sums that many megabytes of floats over all ranks, in place, in pieces of 8 MiB; rank 0 prints the best GB/s of 20. */
#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv) {
  long count = (argc > 1 ? atol(argv[1]) : 10) * 1000000 / 4, piece = (8 << 20) / 4;
  MPI_Init(&argc, &argv);
  int rank;
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  float *values = calloc(count, sizeof *values);
  double best = 0;
  for (int i = 0; i < 20; i++) {
    MPI_Barrier(MPI_COMM_WORLD);
    double started = MPI_Wtime();
    for (long at = 0; at < count; at += piece) {
      long here = count - at < piece ? count - at : piece;
      MPI_Allreduce(MPI_IN_PLACE, values + at, (int)here, MPI_FLOAT, MPI_SUM, MPI_COMM_WORLD);
    }
    double rate = 4e-9 * count / (MPI_Wtime() - started);
    if (rate > best) best = rate;
  }
  if (rank == 0) printf("%.3f\n", best);
  MPI_Finalize();
  return 0;
}
