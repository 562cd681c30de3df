using Google.Protobuf;
using Google.Protobuf.Reflection;
using Microsoft.Extensions.ObjectPool;

namespace VRouter.ControlSdk.Server;

/// <summary>Messages that are written again and again, one for all records of a listing. What comes back is cleared.</summary>
internal sealed class ClearedMessages<T> : PooledObjectPolicy<T> where T : class, IMessage<T>, new()
{
    /// <summary>A pool of them.</summary>
    public static ObjectPool<T> NewPool() => new DefaultObjectPoolProvider().Create(new ClearedMessages<T>());

    /// <inheritdoc/>
    public override T Create() => new();

    /// <inheritdoc/>
    public override bool Return(T obj)
    {
        foreach (FieldDescriptor field in obj.Descriptor.Fields.InDeclarationOrder())
        {
            field.Accessor.Clear(obj);
        }

        return true;
    }
}
