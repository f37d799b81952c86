// SPDX-License-Identifier: Apache-2.0
#include "sats/value_program.h"

#include "base/limits.h"

namespace lightcone::sats {

namespace {

using Node = ValueOps::Node;

Node compile_node(const AlgebraicType& resolved);

// Appends the steps of one type to a node's lists.
class NodeBuilder {
  public:
    explicit NodeBuilder(Node& node) : node_(node) {}

    void append(const AlgebraicType& type) {
        switch (type.kind) {
            case TypeKind::Product:
                for (const TypeElement& element : type.elements) append(element.type);
                return;
            case TypeKind::Sum: append_sum(type); return;
            case TypeKind::Array: append_array(type.elements[0].type); return;
            case TypeKind::String: append_unsized(node_, {StepOp::String}); return;
            default: append_scalar(type.kind); return;
        }
    }

  private:
    static void skip(std::vector<Step>& steps, uint32_t bytes) {
        if (bytes == 0) return;
        if (!steps.empty() && steps.back().op == StepOp::Skip) {
            steps.back().count += bytes;
        } else {
            steps.push_back({StepOp::Skip, TypeKind::Ref, bytes});
        }
    }

    static void append_unsized(Node& node, Step step) {
        node.check.push_back(step);
        node.measure.push_back(step);
        node.order.push_back(step);
        node.is_fixed = false;
        node.any_bytes_valid = false;
    }

    void append_scalar(TypeKind kind) {
        uint32_t bytes = *scalar_bytes(kind);
        Step step{StepOp::Scalar, kind, bytes};
        node_.order.push_back(step);
        skip(node_.measure, bytes);
        if (kind == TypeKind::Bool) {
            node_.check.push_back(step);
            node_.any_bytes_valid = false;
        } else {
            skip(node_.check, bytes);
        }
        if (kind == TypeKind::F32 || kind == TypeKind::F64) node_.equality_is_bytewise = false;
        node_.fixed_bytes += bytes;
    }

    void append_array(const AlgebraicType& element_type) {
        Node element = compile_node(element_type);
        node_.equality_is_bytewise &= element.equality_is_bytewise;
        auto child = static_cast<uint32_t>(node_.children.size());
        Step each{StepOp::Array, TypeKind::Ref, 0, child};
        Step fixed{StepOp::FixedArray, TypeKind::Ref, element.fixed_bytes, child};
        bool is_byte = element.order.size() == 1 && element.fixed_bytes == 1 && element.is_fixed &&
                       (element.order[0].kind == TypeKind::U8 || element.order[0].kind == TypeKind::Bool ||
                        element.order[0].op == StepOp::Enum);
        node_.check.push_back(element.any_bytes_valid ? fixed : each);
        node_.measure.push_back(element.is_fixed ? fixed : each);
        node_.order.push_back(is_byte ? Step{StepOp::ByteArray, TypeKind::Ref, 1, child} : each);
        node_.is_fixed = false;
        node_.any_bytes_valid = false;
        node_.children.push_back(std::move(element));
    }

    void append_sum(const AlgebraicType& type) {
        auto count = static_cast<uint32_t>(type.elements.size());
        if (count > 0 && is_simple_enum(type)) {
            Step step{StepOp::Enum, TypeKind::Ref, count};
            node_.check.push_back(step);
            node_.order.push_back(step);
            skip(node_.measure, 1);
            node_.any_bytes_valid = false;
            node_.fixed_bytes += 1;
            return;
        }
        Step step{StepOp::Sum, TypeKind::Ref, count, static_cast<uint32_t>(node_.children.size())};
        bool same_size = count > 0;
        uint32_t payload_bytes = 0;
        for (uint32_t i = 0; i < count; ++i) {
            Node payload = compile_node(type.elements[i].type);
            node_.equality_is_bytewise &= payload.equality_is_bytewise;
            if (i == 0) payload_bytes = payload.fixed_bytes;
            same_size &= payload.is_fixed && payload.fixed_bytes == payload_bytes;
            node_.children.push_back(std::move(payload));
        }
        node_.check.push_back(step);
        node_.order.push_back(step);
        node_.any_bytes_valid = false;
        if (same_size) {
            skip(node_.measure, 1 + payload_bytes);
            node_.fixed_bytes += 1 + payload_bytes;
        } else {
            node_.measure.push_back(step);
            node_.is_fixed = false;
        }
    }

    Node& node_;
};

Result<void> check_type(const AlgebraicType& type, uint32_t depth, uint32_t& nodes) {
    if (type.kind == TypeKind::Ref) {
        return fail(ErrorCode::InvalidArgument, "type holds the unresolved reference &{}", type.ref);
    }
    if (depth > kTypeDepthMax) {
        return fail(ErrorCode::InvalidArgument, "type nests deeper than {} levels", kTypeDepthMax);
    }
    if (type.kind == TypeKind::Sum && type.elements.size() > kSumVariantsMax) {
        return fail(ErrorCode::InvalidArgument, "sum type has {} variants, at most {} are possible",
                    type.elements.size(), kSumVariantsMax);
    }
    if (++nodes > kTypeNodesMax) {
        return fail(ErrorCode::InvalidArgument, "type has more than {} parts", kTypeNodesMax);
    }
    for (const TypeElement& element : type.elements) TRY_VOID(check_type(element.type, depth + 1, nodes));
    return {};
}

Node compile_node(const AlgebraicType& resolved) {
    Node node;
    NodeBuilder(node).append(resolved);
    return node;
}

}  // namespace

Result<ValueOps> ValueOps::compile(const AlgebraicType& resolved) {
    uint32_t nodes = 0;
    TRY_VOID(check_type(resolved, 0, nodes));
    auto root = std::make_shared<const Node>(compile_node(resolved));
    ValueOps ops;
    ops.fixed_bytes_ = root->is_fixed ? root->fixed_bytes : 0;
    ops.is_fixed_ = root->is_fixed;
    ops.any_bytes_valid_ = root->any_bytes_valid;
    ops.equality_is_bytewise_ = root->equality_is_bytewise;
    if (root->order.size() == 1 && root->order[0].op == StepOp::Scalar) ops.single_scalar_ = root->order[0].kind;
    ops.root_ = std::move(root);
    return ops;
}

}  // namespace lightcone::sats
