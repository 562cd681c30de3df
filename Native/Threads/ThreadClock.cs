namespace VRouter.Native;

/// <summary>The time that the current thread has had a processor: what else the machine does is not in it.</summary>
public static unsafe class ThreadClock
{
    private const int CLOCK_THREAD_CPUTIME_ID = 3;      // time.h

    /// <summary>Nanoseconds since the thread began.</summary>
    public static long Nanoseconds
    {
        get
        {
            Libc.timespec time;
            _ = Libc.clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
            return time.tv_sec * 1_000_000_000L + time.tv_nsec;
        }
    }
}
