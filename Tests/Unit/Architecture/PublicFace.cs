using System.Reflection;
using System.Runtime.CompilerServices;

namespace VRouter.Tests.Unit.Architecture;

/// <summary>The types that assemblies show: those of their public signatures, and in turn those that these show.</summary>
internal static class PublicFace
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    public static IReadOnlySet<string> Of(IEnumerable<string> paths)
    {
        var seen = new HashSet<Type>();
        var left = new Stack<Type>(paths.Select(Assembly.LoadFrom).SelectMany(assembly => assembly.GetExportedTypes()));

        while (left.TryPop(out Type? type))
        {
            if (seen.Add(type))
            {
                foreach (Type shown in Shown(type))
                {
                    left.Push(shown);
                }
            }
        }

        return seen.Select(type => $"{type.Namespace}.{type.Name}").ToHashSet();
    }

    private static IEnumerable<Type> Shown(Type type)
    {
        if (type.Namespace?.StartsWith("VRouter", StringComparison.Ordinal) != true)
        {
            return [];
        }

        // A collection expression of a type that is shown calls its builder.
        Type? builder = type.GetCustomAttribute<CollectionBuilderAttribute>()?.BuilderType;
        IEnumerable<Type?> named = [type.BaseType, builder, .. type.GetInterfaces(), .. type.GetMembers(Declared).SelectMany(Named)];
        return named.OfType<Type>().SelectMany(Parts);
    }

    private static IEnumerable<Type> Named(MemberInfo member) => member switch
    {
        MethodBase method when method.IsPublic || method.IsFamily =>
            [.. method.GetParameters().Select(parameter => parameter.ParameterType), (method as MethodInfo)?.ReturnType ?? typeof(void)],
        FieldInfo { IsPublic: true } field => [field.FieldType],
        _ => [],
    };

    private static IEnumerable<Type> Parts(Type type) => type switch
    {
        { HasElementType: true } => Parts(type.GetElementType()!),
        { IsConstructedGenericType: true } => [type.GetGenericTypeDefinition(), .. type.GetGenericArguments().SelectMany(Parts)],
        _ => [type],
    };
}
