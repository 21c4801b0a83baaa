using System.Reflection;
using SrBatch.Core.Manifests;
using SrBatch.Torch.Networks;
using static TorchSharp.torch;

namespace SrBatch.Tests.Architecture;

/// <summary>
/// Parameter names are the keys of model files. A field that is not registered is not trained; one registered under another name cannot be
/// loaded.
/// </summary>
public class ModuleNameTests
{
    private static readonly Assembly Torch = typeof(UNet).Assembly;

    [Fact]
    public void Module_EveryModuleField_IsRegisteredUnderItsOwnName()
    {
        var seen = new HashSet<Type>();
        foreach (string name in NetworkCatalog.Names)
        {
            using Network network = NetworkCatalog.Create(new ModelOptions { Network = name, Scale = 2, Features = 4 });
            Assert.Empty(Wrong(network, seen));
        }
        using var discriminator = new Discriminator(4);
        Assert.Empty(Wrong(discriminator, seen));
        // A module that no network holds would escape this test.
        Assert.Equal(Torch.GetTypes().Where(type => !type.IsAbstract && type.IsSubclassOf(typeof(nn.Module))).ToHashSet(), seen);
    }

    [Fact]
    public void UNet_ParameterNames_AreItsFieldsInOrderOfUse()
    {
        using var unet = new UNet(4, 1);
        IEnumerable<string> block(string name) =>
            Enumerable.Range(1, 3).SelectMany(i => (string[])[$"{name}.conv{i}.weight", $"{name}.conv{i}.bias"]);
        Assert.Equal(
            [
                .. block("down1"), .. block("down2"), .. block("down3"), .. block("down4"), "bottom.weight", "bottom.bias",
                .. block("up4"), .. block("up3"), .. block("up2"), .. block("up1"), "last.weight", "last.bias",
            ],
            unet.named_parameters().Select(parameter => parameter.name));
    }

    private static IEnumerable<string> Wrong(nn.Module module, HashSet<Type> seen)
    {
        seen.Add(module.GetType());
        Dictionary<string, nn.Module> children = module.named_children().ToDictionary(child => child.name, child => child.module);
        const BindingFlags own = BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public | BindingFlags.DeclaredOnly;
        foreach (FieldInfo field in module.GetType().GetFields(own))
        {
            if (field.GetValue(module) is not nn.Module child)
            {
                continue;
            }
            if (!ReferenceEquals(children.GetValueOrDefault(field.Name), child))
            {
                yield return $"{module.GetType().Name}.{field.Name} is not registered under that name";
            }
            if (child.GetType().Assembly == Torch)
            {
                foreach (string wrong in Wrong(child, seen))
                {
                    yield return wrong;
                }
            }
        }
    }
}
