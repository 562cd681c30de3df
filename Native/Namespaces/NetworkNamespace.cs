using System.Runtime.ExceptionServices;

namespace VRouter.Native;

/// <summary>
/// A network namespace, held open. Work in it is done on a thread that is made for it and ends there, so that no thread of the
/// pool is ever left in a foreign namespace; sockets and devices opened that way stay in the namespace and serve any thread.
/// </summary>
public sealed class NetworkNamespace : IDisposable
{
    private const int CloneNewNet = 0x40000000;     // CLONE_NEWNET, linux/sched.h

    private readonly FileDescriptor _descriptor;

    private NetworkNamespace(string name, FileDescriptor descriptor) => (Name, _descriptor) = (name, descriptor);

    /// <summary>The name or path it was opened by.</summary>
    public string Name { get; }

    internal int Descriptor => _descriptor.Number;

    /// <summary>Opens a namespace by its name in /run/netns or by a path (with a slash), as /proc/123/ns/net.</summary>
    /// <exception cref="SystemCallException">There is none, or it may not be opened.</exception>
    public static NetworkNamespace Open(string nameOrPath)
    {
        ArgumentException.ThrowIfNullOrEmpty(nameOrPath);

        string path = nameOrPath.Contains('/') ? nameOrPath : NamedNamespaces.PathOf(nameOrPath);

        // O_RDONLY | O_CLOEXEC
        return new NetworkNamespace(nameOrPath, FileDescriptor.Own(Libc.open(path, 0x80000, 0), $"open({path})", errno => errno == Errno.ENOENT
            ? $"There is no network namespace '{nameOrPath}': give a name in {NamedNamespaces.Directory} or a path such as /proc/PID/ns/net." : null));
    }

    /// <summary>The namespace the current thread is in.</summary>
    public static NetworkNamespace Current() => Open("/proc/thread-self/ns/net");

    /// <summary>Makes a named namespace, seen by all programs as "ip netns add" does it.</summary>
    /// <exception cref="SystemCallException">The name is taken, or the privilege is missing.</exception>
    public static NetworkNamespace Create(string name)
    {
        OnThreadOfItsOwn(() =>
        {
            Leave();
            NamedNamespaces.Publish(name);
            return true;
        });

        return Open(name);
    }

    /// <summary>
    /// Makes a namespace that no other program sees. It goes with this object and what was opened in it: at the latest with the
    /// process, however that ends.
    /// </summary>
    /// <exception cref="SystemCallException">The privilege is missing.</exception>
    public static NetworkNamespace CreateUnnamed() => OnThreadOfItsOwn(() =>
    {
        Leave();
        return Current();
    });

    /// <summary>Removes a namespace's name; it goes with the last process and descriptor in it.</summary>
    /// <exception cref="SystemCallException">There is none, or the privilege is missing.</exception>
    public static void Delete(string name) => NamedNamespaces.Withdraw(name);

    /// <summary>Runs a function inside the namespace and gives back its result, or throws what it threw.</summary>
    public T Run<T>(Func<T> function) => OnThreadOfItsOwn(() =>
    {
        if (Libc.setns(Descriptor, CloneNewNet) < 0)
        {
            throw SystemCallException.Last($"setns({Name})");
        }

        return function();
    });

    /// <summary>Runs an action inside the namespace, or throws what it threw.</summary>
    public void Run(Action action) => Run(() =>
    {
        action();
        return true;
    });

    /// <inheritdoc/>
    public void Dispose() => _descriptor.Dispose();

    /// <summary>Runs a function in a namespace given by name or path, or right here where none is given.</summary>
    internal static T RunIn<T>(string? nameOrPath, Func<T> function)
    {
        if (string.IsNullOrEmpty(nameOrPath))
        {
            return function();
        }

        using NetworkNamespace there = Open(nameOrPath);
        return there.Run(function);
    }

    /// <summary>Puts the current thread into a new namespace.</summary>
    private static void Leave()
    {
        if (Libc.unshare(CloneNewNet) < 0)
        {
            throw SystemCallException.Last("unshare(CLONE_NEWNET)");
        }
    }

    private static T OnThreadOfItsOwn<T>(Func<T> function)
    {
        T? result = default;
        ExceptionDispatchInfo? failure = null;

        Thread thread = new(() =>
        {
            try
            {
                result = function();
            }
#pragma warning disable CA1031 // thrown again, as it was, on the caller's thread
            catch (Exception e)
#pragma warning restore CA1031
            {
                failure = ExceptionDispatchInfo.Capture(e);
            }
        });

        thread.Start();
        thread.Join();
        failure?.Throw();
        return result!;
    }
}
