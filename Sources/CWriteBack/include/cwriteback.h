#ifndef CWRITEBACK_H
#define CWRITEBACK_H

/// Has the system write what is in its memory of an open file to the disk, and waits until the disk has taken it.
///
/// It is not durable then: neither does the disk write down what it holds in a memory of its own, nor the file system
/// what belongs to the file. So nobody else who waits for the disk has to wait for that. Of no effect where there is no
/// such call.
///
/// Returns 0, or the error number.
int cwriteback(int descriptor);

#endif
