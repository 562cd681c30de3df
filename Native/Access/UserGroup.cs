namespace VRouter.Native;

/// <summary>A group of users, as the system's user database has it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Id">Its number.</param>
public sealed record UserGroup(string Name, uint Id)
{
    private const uint Unchanged = uint.MaxValue;
    private const int EntrySize = 1 << 20;

    /// <summary>Looks a group up by its name; null when there is none.</summary>
    public static unsafe UserGroup? Find(string name)
    {
        byte[] buffer = new byte[EntrySize];
        Libc.group entry;
        Libc.group* found;

        fixed (byte* start = buffer)
        {
            return Libc.getgrnam_r(name, &entry, start, (nuint)buffer.Length, &found) == 0 && found is not null
                ? new UserGroup(name, entry.gr_gid)
                : null;
        }
    }

    /// <summary>Makes it the group of a file.</summary>
    /// <exception cref="SystemCallException">This process may not.</exception>
    public void Own(string path)
    {
        if (Libc.chown(path, Unchanged, Id) != 0)
        {
            throw SystemCallException.Last($"chown({path}, group {Name})");
        }
    }
}
