/* Stands in for mpi.h where HDF5 is used without MPI: the headers of a parallel HDF5 ask for it,
 * and a machine may have no MPI compiler, or several. Only names that those headers use are
 * declared; nothing that takes them is ever called. */
#ifndef H5PAVE_NO_MPI_MPI_H
#define H5PAVE_NO_MPI_MPI_H

typedef struct h5pave_no_mpi_comm *MPI_Comm;
typedef struct h5pave_no_mpi_info *MPI_Info;
typedef struct h5pave_no_mpi_file *MPI_File;
typedef struct h5pave_no_mpi_datatype *MPI_Datatype;
typedef long long MPI_Offset;
#define MPI_FILE_NULL ((MPI_File)0)

#endif /* H5PAVE_NO_MPI_MPI_H */
